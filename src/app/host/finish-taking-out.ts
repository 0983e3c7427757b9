import { type Journal, type Policy, findPatch, setAside } from '../../core/host/mod.ts'
import { conclude } from './conclude.ts'
import { readRecord, setTrialAside, writeRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import type { HostPorts } from './ports.ts'
import { takeOut } from './take-out.ts'

/** From whatever a removal has come to, to its end. */
export async function finishTakingOut(journal: Journal, policy: Policy, ports: HostPorts): Promise<HostOutcome> {
  const { name } = journal
  const { end, notes } = await takeOut(name, policy, ports)
  if (end.kind === 'stalled') return { kind: 'stalled', name, ms: end.ms, tasks: end.tasks, left: 'waiting' }
  const record = await readRecord(ports)
  if (journal.act !== 'remove' && journal.act !== 'revert') await setTrialAside(journal, ports)
  // What is being taken back is in quarantine, and stays there.
  else if (findPatch(record, journal)?.standing.kind !== 'quarantined') await writeRecord(setAside(record, journal, ports.nowMs()), ports)
  await conclude(journal, journal.act === 'remove' || journal.act === 'revert' ? 'done' : 'undone', { transitionMs: end.ms, notes }, ports)
  return { kind: 'removed', name, transitionMs: end.ms, notes }
}
