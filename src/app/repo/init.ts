import { Fault } from '../../core/base/mod.ts'
import {
  CATALOGUE,
  DATA_ROLES,
  type Metadata,
  TOP_ROLES,
  checkTiers,
  formatMetadata,
  metadataFile,
  planInit,
} from '../../core/trust/mod.ts'
import { type ActOutcome, refusal, settle, signChange } from './act.ts'
import { describeChange } from './describe.ts'
import { PENDING_SCHEMA, type Pending } from './parse-pending.ts'
import { keepPending } from './pending.ts'
import { verifierKeyOf } from './append-to-log.ts'
import type { RepoPorts, RoleKey } from './ports.ts'
import { circumstancesOf, publisherPaths, readDraft } from './publisher.ts'
import { DEFAULT_SETTINGS, formatSettings } from './settings.ts'

export interface InitRequest {
  readonly folder: string
  /** Names the log: `example.org/livepatches`. */
  readonly name: string
  readonly tiers: readonly string[]
  readonly store?: string
}

export const DEFAULT_TIERS = ['proposed', 'canary', 'updates', 'stable'] as const

/** Makes keys, one to each role, and the first metadata. One that was killed is made anew by the same command. Faults: repo/exists, repo/settings. */
export async function initRepository(
  { folder, name, tiers, store = DEFAULT_SETTINGS.store }: InitRequest,
  ports: RepoPorts,
): Promise<{ readonly fingerprint: string | null; readonly outcome: ActOutcome }> {
  const paths = publisherPaths(folder)
  if (await ports.files.exists(paths.fingerprint))
    throw new Fault('repo/exists', `Cannot make a repository in ${folder}: there is one`, {
      in: paths.fingerprint,
      try: 'name another folder',
    })
  const wrong = [
    ...checkTiers(tiers),
    ...(/^[\w.-]+(\/[\w.~-]+)*$/.test(name) ? [] : [`${JSON.stringify(name)} cannot be its name: write it as example.org/livepatches`]),
  ]
  if (wrong.length > 0) throw refusal(wrong.map((text) => ({ code: 'repo/settings', text })))

  const keys = new Map<string, RoleKey>()
  for (const role of [...TOP_ROLES, 'kernels', ...DATA_ROLES, ...tiers, 'log']) keys.set(role, await keyOf(paths.key(role), ports))
  await ports.files.write(paths.settings, formatSettings(store))
  const fresh = { ...(await readDraft(folder, ports)), keys: [...keys.values()] }
  if ((await fresh.store.size(metadataFile(CATALOGUE, 'root', 1))) !== undefined)
    throw new Fault('repo/exists', 'Cannot publish a new repository where there is one', {
      in: fresh.store.place,
      try: 'name another store',
    })
  const log = { origin: name, key: verifierKeyOf(name, keys.get('log') as RoleKey, ports) }
  const planned = planInit({ tiers, keys: Object.fromEntries(keys), log }, circumstancesOf(fresh, ports))
  if (planned.kind === 'refused') throw refusal(planned.refusals)
  if (!(await ports.approve(describeChange(planned.change)))) return { fingerprint: null, outcome: { kind: 'declined' } }
  const change = signChange(planned.change, undefined, fresh)
  const fingerprint = ports.sha256(formatMetadata(change.documents[0]?.metadata as Metadata))
  const publisher = { ...fresh, fingerprint }
  const pending: Pending = { schema: PENDING_SCHEMA, change, areas: [CATALOGUE], isComplete: true }
  return fresh.store.withLock(async () => {
    await keepPending(pending, publisher, ports)
    // From here on the folder is a publisher's: any act goes through with what waits.
    await ports.files.write(paths.fingerprint, `${fingerprint}\n`)
    return { fingerprint, outcome: await settle(pending, undefined, { publisher, ports }) }
  })
}

async function keyOf(file: string, { files, keys }: RepoPorts): Promise<RoleKey> {
  return (await files.exists(file)) ? keys.read(file) : keys.make(file)
}
