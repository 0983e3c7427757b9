import type { Pair } from './compare.ts'
import type { Item } from './item.ts'
import type { Note } from './refusal.ts'

/**
 * Functions that the patch removes while data of the running kernel holds their address: a table of operations that code which has run registered
 * stays registered, whatever becomes of it in the source.
 */
export function noteHeldRemoved(unit: string, { original }: Pair, removed: readonly Item[]): Note[] {
  const holders = new Map<Item, Set<string>>()
  for (const [holder, references] of original.references) {
    // Init data is gone once its owner has started.
    if (holder.kind !== 'data' || holder.isInit) continue
    for (const { target } of references) {
      // Other offsets are labels: a switch table.
      if (target.kind === 'item' && target.offset === 0) holders.set(target.item, (holders.get(target.item) ?? new Set()).add(holder.name))
    }
  }
  return removed.flatMap((item) => {
    const names = [...(holders.get(item) ?? [])]
    if (names.length === 0) return []
    const shown = names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ')
    const [verb, them] = names.length === 1 ? ['holds', 'that'] : ['hold', 'them']
    const text = `removed by the patch, but ${shown} of the running kernel still ${verb} its address: what uses ${them} goes on calling it`
    return [{ unit, subject: item.name, text }]
  })
}
