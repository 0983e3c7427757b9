import { CMDLINE, tryToRead } from './effects.ts'
import type { Host } from './hosts.ts'
import { round, signInVault } from './publisher.ts'
import type { Repository, Story } from './cast.ts'

export async function followCanary(story: Story, { there, fingerprint }: Repository): Promise<Host> {
  const { stage, server } = story
  stage.chapter(
    'The first patch, on canary',
    'Real: the host is a stock kernel in a virtual machine with the host program of the package, and asks a plain web server (busybox httpd).',
    'Simulated: its system is a shell; the agent is run by hand, and not by a timer each hour.',
  )
  await signInVault(story, 'kmend repo publish hardening_1.kmend', 'targets')
  await stage.type(server, 'ln -sfn ../publisher/public web/patches')
  const host = await story.boot('canary', false)
  await tryToRead(stage, host, { path: CMDLINE, isKept: false })
  await stage.type(host, `kmend enable ${there} --root ${fingerprint} --tier canary`, { says: /^enabled/ })
  await round(story, host, /applied.*hardening_1/)
  await tryToRead(stage, host, { path: CMDLINE, isKept: true })
  return host
}

export async function followStable(story: Story, { there, fingerprint }: Repository): Promise<Host> {
  const { stage } = story
  stage.chapter('Promotion to stable', 'A second virtual machine. Nothing is on stable before its key, in the vault, has signed.')
  const host = await story.boot('stable', false)
  await stage.type(host, `kmend enable ${there} --root ${fingerprint}`, { says: /^next +nothing/m })
  await signInVault(story, 'kmend repo promote hardening_1 stable', 'stable')
  return host
}

export async function followStick(story: Story, { here, fingerprint }: Repository): Promise<Host> {
  const { stage, publisher } = story
  stage.chapter(
    'A host behind a stick',
    'A third virtual machine, without any network. Simulated: the copy comes onto its disk in one archive.',
  )
  await stage.type(publisher, `kmend repo mirror ${here} stick --root ${fingerprint}`, { says: /^copied/ })
  await stage.type(publisher, 'tar -C stick -cf stick.tar .')
  const host = await story.boot('behind', true)
  await host.vm.put('/media/stick.tar', await story.readFile('stick.tar'))
  await stage.type(host, 'mkdir /media/stick && tar -C /media/stick -xf /media/stick.tar')
  await stage.type(host, `kmend enable file:///media/stick --root ${fingerprint} --carried`, { says: /^enabled/ })
  await round(story, host, /applied.*hardening_1/)
  await tryToRead(stage, host, { path: CMDLINE, isKept: true })
  return host
}

interface Left {
  readonly stick: Host
  readonly stable: Host
  readonly repository: Repository
}

/** Nothing is believed for ever: of the copy on the stick that is a month. */
export async function expiry({ stage, publisher }: Story, { stick, stable, repository }: Left): Promise<void> {
  stage.chapter(
    'A month later',
    'Simulated: the clock of the host behind the stick is set ahead. What is in force stays; nothing new is believed of an old copy.',
  )
  await stage.type(stick, 'date -s @$(($(date +%s) + 31 * 86400))')
  await stage.type(stick, 'kmend agent', { code: 7, says: /error\[trust\/expired\]/ })
  await tryToRead(stage, stick, { path: CMDLINE, isKept: true })
  stage.chapter('What is left')
  await stage.type(publisher, 'kmend repo refresh --repo publisher')
  await stage.type(publisher, `kmend repo verify publisher/public --root ${repository.fingerprint}`, { says: /^verified/ })
  await stage.type(stable, 'kmend status', { says: /hardening_1/ })
}
