import type { HistoryEntry, Journal } from '../../core/host/mod.ts'
import { endJournal, note } from './host-store.ts'
import type { HostPorts } from './ports.ts'

/** The end of an act: noted first, so that one that is cut short here is noted twice rather than never. */
export async function conclude(
  journal: Journal,
  outcome: HistoryEntry['outcome'],
  detail: HistoryEntry['detail'],
  ports: HostPorts,
): Promise<void> {
  const { act, name, release, reason, actor } = journal
  await note(
    { act, patch: name, release, reason, outcome, detail: { operation: `${journal.bootId}/${journal.startedMs}`, ...detail }, actor },
    ports,
  )
  await endJournal(ports)
}
