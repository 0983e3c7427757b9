import type { HistoryEntry } from '../../../core/host/mod.ts'
import { formatColumns } from '../../columns.ts'

/** The history, oldest first, an entry a line and its reason below it. */
export function formatHistory(entries: readonly HistoryEntry[]): string[] {
  if (entries.length === 0) return ['nothing was done to the kernel of this host yet']
  return formatColumns(
    entries.map(({ number, time, act, patch, outcome, actor, reason, detail }) => {
      const who = actor.by === null ? actor.user : `${actor.by} (as ${actor.user})`
      return [`${number}`, time.slice(0, 19).replace('T', ' '), act, patch ?? '', outcome, who, reason ?? decisionIn(detail)]
    }),
  )
}

/** What was decided about the repository that is followed, or which setting beforehand. */
function decisionIn({ decision, setting }: HistoryEntry['detail']): string {
  return typeof decision === 'string' ? decision : typeof setting === 'string' ? setting : ''
}
