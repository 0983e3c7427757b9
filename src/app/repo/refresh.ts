import { CATALOGUE, type Expiring, areasOf, expiringBy, kernelRepository, versionsOf } from '../../core/trust/mod.ts'
import { settlePending } from './act.ts'
import { readPending } from './pending.ts'
import type { RepoPorts } from './ports.ts'
import { publishChange } from './publish-change.ts'
import { openPublisher } from './publisher.ts'
import { forgetSeen, keepSeen, readOwn } from './seen.ts'

export interface Refreshed {
  /** TUF repositories whose timestamp is signed anew. */
  readonly repositories: number
  /** Until when hosts believe it. */
  readonly until: string
  /** What else expires within a month, and must be signed by its own keys: kmend repo renew. */
  readonly expiring: readonly Expiring[]
}

const WARNED_MS = 30 * 86_400_000

/** Signs every timestamp anew; nothing else changes, and no key but that of timestamp is needed. A change that waits goes on waiting. */
export async function refreshRepository(folder: string, ports: RepoPorts): Promise<Refreshed> {
  const publisher = await openPublisher(folder, ports)
  return publisher.store.withLock(async () => {
    const pending = await readPending(publisher, ports)
    if (pending?.isComplete === true) await settlePending(publisher, ports)
    const repository = await readOwn('all', publisher, ports)
    const areas = [...repository.listed.map(({ release }) => kernelRepository(release)), CATALOGUE]
    const nowMs = ports.nowMs()
    const change = { act: 'renew', atMs: nowMs, reason: null, bundles: [], documents: [], files: [] } as const
    await keepSeen({ versions: versionsOf(repository), checkpoint: null }, publisher, ports)
    await publishChange({ change, areas }, publisher, ports)
    return {
      repositories: areasOf(repository).length,
      until: new Date(nowMs + publisher.settings.lifetimes.timestampMs).toISOString(),
      expiring: expiringBy(repository, nowMs + WARNED_MS),
    }
  })
}

/** From now on the store is taken as it is, though it may be behind what was published: one that was lost, and brought back from a copy. */
export async function acceptOlderStore(folder: string, ports: RepoPorts): Promise<void> {
  const publisher = await openPublisher(folder, ports)
  await publisher.store.withLock(() => forgetSeen(publisher, ports))
}
