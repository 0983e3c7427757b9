import type { HistoryEntry } from './history.ts'

/** The last act on a host's kernel that did not come to what was wanted. */
export interface PastTrouble {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly act: HistoryEntry['act']
  readonly patch: string | null
  readonly outcome: Exclude<HistoryEntry['outcome'], 'done'>
  /** What the kernel, a check or kmend said; empty when nothing was. */
  readonly said: string
}

/** Undefined when all went well, or when a later act on the same live patch did. */
export function lastTrouble(entries: readonly HistoryEntry[]): PastTrouble | undefined {
  const last = entries.findLastIndex(({ outcome }) => outcome !== 'done')
  const entry = entries[last]
  if (entry === undefined || entry.outcome === 'done') return undefined
  if (entries.slice(last + 1).some(({ patch, act }) => patch === entry.patch && SETTLES.has(act))) return undefined
  const { time, act, patch, outcome, detail } = entry
  return { time, act, patch, outcome, said: saidIn(detail) }
}

/** Acts after which what went wrong before is past. */
const SETTLES: ReadonlySet<HistoryEntry['act']> = new Set([
  'apply',
  'remove',
  'downgrade',
  'revert',
  'accept',
  'release',
  'restore',
  'image',
])

/** Of a refusal `said`, a text or faults; of what was undone `findings`. */
function saidIn({ said, findings }: HistoryEntry['detail']): string {
  const first = [said, findings].map((told): unknown => (Array.isArray(told) ? told[0] : told)).find((told) => told !== undefined)
  if (typeof first === 'string') return first
  const message = (first as { readonly message?: unknown } | undefined)?.message
  return typeof message === 'string' ? message : ''
}
