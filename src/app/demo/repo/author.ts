import { FIRST, SECOND } from './fixes.ts'
import { VERSION, tryToRead } from './effects.ts'
import type { Host } from './hosts.ts'
import { REPO, round, signInVault } from './publisher.ts'
import type { Story } from './cast.ts'

export async function firstPatch({ stage, author, release }: Story): Promise<void> {
  stage.chapter(
    `A live patch for ${release}`,
    'Real: a module built against the stock kernel, and proved on it in a virtual machine. The change is our own: users without rights',
    'may not read the command line of the kernel.',
  )
  await stage.type(author, `kmend build fixes/${FIRST.id}.patch --kernel ${release} --name hardening_1 -o one`, { says: /^built/m })
  await stage.type(author, 'kmend prove one', { says: /^proved/m })
  await stage.type(author, `kmend bundle one --kind security --title 'Keep the kernel command line to administrators' -o hardening_1.kmend`)
}

export async function secondPatch(story: Story, { canary, stable }: { readonly canary: Host; readonly stable: Host }): Promise<void> {
  const { stage, author, publisher, release } = story
  stage.chapter(
    'The second version, first on canary, then on stable',
    'It holds all of version 1, and keeps the version of the kernel from users, too. Canary needs no key of the vault.',
  )
  const patches = [FIRST, SECOND].map(({ id }) => `fixes/${id}.patch`).join(' ')
  await stage.type(author, `kmend build ${patches} --kernel ${release} --name hardening_2 --after one -o two`, { says: /^built/m })
  await stage.type(author, 'kmend prove two', { says: /^proved/m })
  await stage.type(author, `kmend bundle two --kind security --title 'Keep the kernel version to administrators' -o hardening_2.kmend`)
  await stage.type(publisher, 'cp -a publisher yesterday')
  await stage.type(publisher, `kmend repo publish hardening_2.kmend ${REPO}`, { says: /^published/ })
  await round(story, canary, /applied.*hardening_2/)
  await signInVault(story, 'kmend repo promote hardening_2 stable', 'new')
  await round(story, stable, /applied.*hardening_2/)
  await tryToRead(stage, stable, { path: VERSION, isKept: true })
}
