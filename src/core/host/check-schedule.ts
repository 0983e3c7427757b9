/** What is known of earlier checks of the repository. */
export interface PastChecks {
  /** The last that came to its end, and the last that was begun; null when there was none. */
  readonly checkedMs: number | null
  readonly triedMs: number | null
  /** In a row. */
  readonly failures: number
}

/** After a first failure; each further one doubles it. */
const FIRST_RETRY_MS = 5 * 60_000

/**
 * Whether the repository is asked now. `place` (0 to 1) is this host's own among all hosts: each asks at its own moment of the interval, so that they come evenly.
 * One whose check failed tries again sooner, and later each time, up to the interval.
 */
export function isCheckDue(
  { checkedMs, triedMs, failures }: PastChecks,
  intervalMs: number,
  { nowMs, place }: { readonly nowMs: number; readonly place: number },
): boolean {
  if (failures > 0 && triedMs !== null) {
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20), intervalMs)
    // A clock that was put back must not keep it waiting.
    return nowMs >= triedMs + waitMs || nowMs < triedMs
  }
  if (checkedMs === null || nowMs < checkedMs) return true
  const turn = (ms: number) => Math.floor((ms - place * intervalMs) / intervalMs)
  return turn(nowMs) > turn(checkedMs)
}
