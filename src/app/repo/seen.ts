import { Fault, bytesFromUtf8 } from '../../core/base/mod.ts'
import { type Repository, type Versions, findRollbacks, mergeVersions } from '../../core/trust/mod.ts'
import { checkLog } from '../log/mod.ts'
import { logPorts } from './open-log.ts'
import type { RepoPorts } from './ports.ts'
import { type Publisher, publisherPaths } from './publisher.ts'
import { type Wanted, readRepository } from './read-repository.ts'

/** What a publisher saw of its own repository last: whoever holds the store could bring an older state back, and have it sign a retraction away. */
export interface Seen {
  readonly versions: Versions
  /** Of the log; null before the first publication. */
  readonly checkpoint: string | null
}

const SCHEMA = 'kmend/seen/1'

/** Faults: trust/metadata. */
export async function readSeen({ folder }: Pick<Publisher, 'folder'>, { files }: RepoPorts): Promise<Seen> {
  const file = publisherPaths(folder).seen
  if (!(await files.exists(file))) return { versions: {}, checkpoint: null }
  try {
    const { schema, versions, checkpoint } = JSON.parse(await files.readText(file)) as Seen & { readonly schema: string }
    if (schema === SCHEMA) return { versions, checkpoint }
  } catch (error) {
    if (error instanceof Fault) throw error
    // falls through: not JSON
  }
  throw new Fault('trust/metadata', `Cannot read what this publisher saw last: it is not of the form ${SCHEMA}`, {
    in: file,
    try: 'kmend repo refresh --accept-older takes the store as it is',
  })
}

/** Never goes back: what is higher stays. */
export async function keepSeen(more: Seen, publisher: Pick<Publisher, 'folder'>, ports: RepoPorts): Promise<void> {
  const seen = await readSeen(publisher, ports)
  const kept = { schema: SCHEMA, versions: mergeVersions(seen.versions, more.versions), checkpoint: more.checkpoint ?? seen.checkpoint }
  await ports.files.write(publisherPaths(publisher.folder).seen, `${JSON.stringify(kept)}\n`)
}

export async function forgetSeen({ folder }: Pick<Publisher, 'folder'>, { files }: RepoPorts): Promise<void> {
  await files.remove(publisherPaths(folder).seen)
}

/** The publisher's repository, which must not be behind what it saw of it last. Faults: those of `readRepository`; trust/rollback, trust/log. */
export async function readOwn(wanted: Wanted, publisher: Publisher, ports: RepoPorts): Promise<Repository> {
  const { fingerprint, store } = publisher
  const seen = await readSeen(publisher, ports)
  const repository = await readRepository({ fingerprint, wanted }, { store, ...ports })
  const rollbacks = findRollbacks(seen.versions, repository)
  if (rollbacks.length > 0) throw wentBack(rollbacks, publisher)
  const kept = seen.checkpoint === null ? undefined : bytesFromUtf8(seen.checkpoint)
  await checkLog({ log: repository.root.signed.kmend.log, kept, taken: [] }, logPorts(store, ports))
  return repository
}

export function wentBack(rollbacks: readonly string[], { store }: Pick<Publisher, 'store'>): Fault {
  return new Fault(
    'trust/rollback',
    `Cannot go on from this store: it is behind what was published${rollbacks.map((line) => `\n  - ${line}`).join('')}`,
    {
      in: store.place,
      try: 'bring the newest state back from a copy (docs/runbook/repository-lost.md); kmend repo refresh --accept-older takes it as it is',
    },
  )
}
