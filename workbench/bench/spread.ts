/** The middle of several measurements of one thing; of an even number, between the two in the middle. Throws when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  if (upper === undefined) throw new Error('Cannot take a median: there are no values')
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? upper)) / 2
}

/** Three digits, so that no figure looks surer than it is. */
export function figure(value: number): string {
  const rounded = Number(value.toPrecision(3))
  const decimals = rounded === 0 ? 0 : 2 - Math.floor(Math.log10(Math.abs(rounded)))
  return rounded.toFixed(Math.max(0, decimals))
}

/** `median (greatest)`. */
export function medianAndMost(values: readonly number[]): string {
  return `${figure(median(values))} (${figure(Math.max(...values))})`
}
