/** A header's change that may alter the code of more units than this is far-reaching: a patch that replaces so much is no longer one to review. */
export const FAR_UNITS = 150

/** What a unit takes one processor, objtool and all; units and machines differ by more than a factor of two. */
const UNIT_SECONDS = 1.5
const SIDES = 2

export interface Reached {
  /** Changed files that are no units themselves. */
  readonly headers: readonly string[]
  readonly unitCount: number
  readonly processors: number
}

/** Before a change of headers makes many units compile: how many, how long that may take, and who would not do it. Undefined where they are few. */
export function describeFarReach({ headers, unitCount, processors }: Reached): string | undefined {
  if (headers.length === 0 || unitCount <= FAR_UNITS) return undefined
  const minutes = Math.max(1, Math.round((unitCount * SIDES * UNIT_SECONDS) / processors / 60))
  const time = minutes < 90 ? `${minutes} minute${minutes === 1 ? '' : 's'}` : `${(minutes / 60).toFixed(1)} hours`
  const named = headers.slice(0, 3).join(', ') + (headers.length > 3 ? ` and ${headers.length - 3} more` : '')
  return `source: ${unitCount} units may include ${named}: to compile them, without the change and with it, takes about ${time} here (a guess: ${processors} processor${processors === 1 ? '' : 's'}, ${UNIT_SECONDS} s a unit); kmend build --to leaves an edit of a header out that the code of more than ${FAR_UNITS} units may hold`
}
