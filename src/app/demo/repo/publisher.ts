import { VERSION, tryToRead } from './effects.ts'
import type { Host } from './hosts.ts'
import type { Place } from './stage.ts'
import type { Story } from './cast.ts'

const REQUEST = 'vault/change.json'
export const REPO = '--repo publisher --yes'

/** Returns the fingerprint of the repository. */
export async function makeRepository({ stage, publisher, vault }: Story): Promise<string> {
  stage.chapter(
    'A publisher whose keys are not all there',
    'Real: keys, signatures, files. Simulated: the vault is a folder here; it would be a machine that is never online.',
  )
  await stage.type(publisher, `kmend repo init publisher --name example.org/livepatches --tiers canary,stable --yes`)
  await stage.type(vault, 'mkdir vault && mv publisher/keys/root.* publisher/keys/targets.* publisher/keys/stable.* vault')
  return stage.type(publisher, 'cat publisher/fingerprint', { says: /^[0-9a-f]{64}$/ })
}

/** A change that a key of the vault must sign: the request travels there and back. */
export async function signInVault({ stage, publisher, vault }: Pick<Story, 'stage' | 'publisher' | 'vault'>, change: string, key: string) {
  await stage.type(publisher, `${change} ${REPO}`, { code: 3, says: /^waiting/ })
  await stage.type(vault, `cp publisher/pending/*.sign-request.json ${REQUEST}`)
  await stage.type(vault, `kmend repo sign ${REQUEST} --key vault/${key}.pem --yes`, { says: /^signed/ })
  await stage.type(publisher, `kmend repo finish ${REQUEST} --repo publisher`, { says: /^published/ })
}

export async function rotation({ stage, publisher, vault }: Story): Promise<void> {
  stage.chapter('Another key for stable', 'Hosts do nothing for it: the next promotion has the new signature.')
  await signInVault({ stage, publisher, vault }, 'kmend repo rotate stable', 'targets')
  await stage.type(vault, 'mv publisher/keys/stable-*.pem vault/new.pem')
}

export async function retraction(story: Story, { canary, stable }: { readonly canary: Host; readonly stable: Host }): Promise<void> {
  const { stage } = story
  stage.chapter(
    'A bad patch comes out again',
    'The live patch is really taken out of the running kernels, and version 1 is in force again.',
  )
  await signInVault(story, `kmend repo retract hardening_2 --step-back --reason 'monitoring cannot read the version'`, 'new')
  for (const host of [stable, canary]) await round(story, host, /downgraded|applied/)
  await tryToRead(stage, stable, { path: VERSION, isKept: false })
  await stage.type(stable, 'kmend apply hardening_2', { code: 8, says: /^error\[trust\/retracted\]/ })
}

/** What a timer runs on a host. */
export async function round({ stage }: Story, host: Place, says: RegExp): Promise<void> {
  await stage.type(host, 'kmend agent', { says })
}
