import { hash } from 'node:crypto'

/** Some of these, drawn by a seed; who is drawn does not depend on who else there is. The order stays. */
export function sampleOf<T extends { readonly id: string }>(items: readonly T[], { count, seed }: Sample): T[] {
  const rankOf = new Map(items.map((item) => [item, hash('sha256', `${seed} ${item.id}`)]))
  const drawn = new Set(items.toSorted((a, b) => ((rankOf.get(a) ?? '') < (rankOf.get(b) ?? '') ? -1 : 1)).slice(0, count))
  return items.filter((item) => drawn.has(item))
}

export interface Sample {
  readonly count: number
  readonly seed: number
}
