/** Rank of the last of things sorted by their start that starts at or before a place; -1 when none does. */
export function lastAtOrBefore<T, Place extends number | bigint>(sorted: readonly T[], place: Place, startOf: (one: T) => Place): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (startOf(sorted[middle] as T) <= place) low = middle + 1
    else high = middle
  }
  return low - 1
}
