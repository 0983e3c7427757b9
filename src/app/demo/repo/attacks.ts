import { CMDLINE, tryToRead } from './effects.ts'
import type { Host } from './hosts.ts'
import { round } from './publisher.ts'
import type { Repository, Story } from './cast.ts'

const SERVE_AGAIN = 'ln -sfn ../publisher/public web/patches'

/** An arbitrary package: what is signed is one file, what is handed out another. */
export async function alteredFile(story: Story, stable: Host): Promise<void> {
  const { stage, server, release } = story
  stage.chapter('Refused: a package of somebody else’s', 'Whoever has the web server hands out another file in place of the bundle.')
  await stage.type(server, 'cp -a publisher/public altered')
  await stage.type(
    server,
    `printf backdoor | dd of="$(ls altered/kernels/${release}/targets/stable/*)" bs=1 seek=9000 conv=notrunc status=none`,
  )
  await stage.type(server, 'ln -sfn ../altered web/patches')
  await stage.type(stable, 'kmend agent', { code: 7, says: /error\[trust\/digest\]/ })
  await tryToRead(stage, stable, { path: CMDLINE, isKept: false })
  await stage.type(server, SERVE_AGAIN)
  await stage.type(stable, 'kmend plan', { says: /^next +apply hardening_1/m })
  await round(story, stable, /applied.*hardening_1/)
  await tryToRead(stage, stable, { path: CMDLINE, isKept: true })
}

export async function oldState({ stage, server }: Story, stable: Host): Promise<void> {
  stage.chapter('Refused: an old state', 'The web server shows the repository as it was before version 2. All of its signatures are good.')
  await stage.type(server, 'ln -sfn ../yesterday/public web/patches')
  await stage.type(stable, 'kmend agent', { code: 7, says: /error\[trust\/rollback\]/ })
  await stage.type(server, SERVE_AGAIN)
  await stage.type(stable, 'kmend plan', { says: /^next +nothing/m })
}

/** Signed by the right keys, and newer than all that the host has seen: only the log tells. */
export async function splitView(
  { stage, publisher, server, thief, auditor, release }: Story,
  { stable, repository }: { readonly stable: Host; readonly repository: Repository },
): Promise<void> {
  const { here, fingerprint } = repository
  const data = (file: string, folder: string) => `kmend repo data ${release} --lifecycle ${file} --repo ${folder} --yes`
  const audit = `kmend log audit ${here} --root ${fingerprint} --state seen.checkpoint`
  stage.chapter(
    'Refused: a view of one’s own',
    'A thief copied the publisher’s machine with the keys that are online there, and shows one host other news than the rest.',
    'Versions are higher and signatures good; but the public log is not a continuation of what was seen.',
  )
  await stage.type(publisher, 'cp -a publisher stolen')
  await stage.type(publisher, lifecycle('true.json', { release, until: '2028-06-30' }))
  await stage.type(publisher, data('true.json', 'publisher'), { says: /^published/ })
  await stage.type(stable, 'kmend plan', { says: /^next +nothing/m })
  await stage.type(auditor, audit)
  for (const day of ['01', '02']) {
    await stage.type(thief, lifecycle('false.json', { release, until: `2026-12-${day}` }))
    await stage.type(thief, data('false.json', 'stolen'), { says: /^published/ })
  }
  await stage.type(server, 'ln -sfn ../stolen/public web/patches')
  await stage.type(stable, 'kmend agent', { code: 7, says: /error\[trust\/log\]/ })
  await stage.type(auditor, audit, { code: 7, says: /error\[trust\/log\]/ })
  await stage.type(server, SERVE_AGAIN)
  await stage.type(stable, 'kmend plan', { says: /^next +nothing/m })
}

function lifecycle(file: string, { release, until }: { readonly release: string; readonly until: string }): string {
  const kernels = [{ release, packageVersion: null, from: '2026-06-01', until }]
  return `echo '${JSON.stringify({ schema: 'kmend/lifecycle/1', kernels })}' >${file}`
}
