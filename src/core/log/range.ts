/** Parts of the tree and the lists of them that proofs are made of: RFC 9162, 2.1. Sizes are below 2^53: no bit operations, which end at 32. */

/** The leaves from `start` up to `end`, which is not one of them. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Where the tree over a range of at least two leaves parts: behind the largest power of two that is smaller than their number. */
export function middleOf({ start, end }: Range): number {
  let count = 1
  while (count * 2 < end - start) count *= 2
  return start + count
}

/** The subtrees beside the way from a leaf up to the root: PATH of 2.1.3.1. */
export function inclusionPath(index: number, whole: Range): readonly Range[] {
  if (whole.end - whole.start === 1) return []
  const middle = middleOf(whole)
  const left = { start: whole.start, end: middle }
  const right = { start: middle, end: whole.end }
  return index < middle ? [...inclusionPath(index, left), right] : [...inclusionPath(index, right), left]
}

/** The subtrees that show the first `size` leaves to be the beginning of the whole: PROOF of 2.1.4.1. */
export function consistencyPath(size: number, whole: Range, isKnown = true): readonly Range[] {
  if (size === whole.end) return isKnown ? [] : [whole]
  const middle = middleOf(whole)
  const left = { start: whole.start, end: middle }
  const right = { start: middle, end: whole.end }
  return size <= middle ? [...consistencyPath(size, left, isKnown), right] : [...consistencyPath(size, right, false), left]
}
