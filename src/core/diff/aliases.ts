import type { Changes } from './changes.ts'
import { type Pair, isSameItem } from './compare.ts'
import { type Item, namesOf } from './item.ts'
import type { ObjectView } from './object-view.ts'
import type { Refusal } from './refusal.ts'

/**
 * Functions of their own that the patched source makes another name of one that goes on: whoever outside the unit calls them, or keeps their address,
 * must come to that one too. The compiler makes static functions of the same code one as well.
 */
export function findMerged(pair: Pair, changes: Changes): { readonly original: Item; readonly patched: Item }[] {
  const reached = changes.removed.filter((item) => !item.isInit && (item.bind !== 'local' || isAddressTaken(pair.original, item)))
  const removed = new Map(reached.map((item) => [item.name, item]))
  if (removed.size === 0) return []
  return [...pair.correlation.keys()].flatMap((patched) =>
    patched.kind === 'function' && !patched.isInit
      ? namesOf(patched).flatMap((name) => {
          const original = removed.get(name)
          return original === undefined || isSameItem(pair, original, patched) ? [] : [{ original, patched }]
        })
      : [],
  )
}

/**
 * Names of one function that become two functions. Callers in the unit count as changed; who else calls the new one, or got its address before, comes to
 * the old one's place.
 */
export function refuseSplit(unit: string, pair: Pair, changes: Changes): Refusal[] {
  const originals = new Map(
    pair.original.items.filter((item) => item.kind === 'function').flatMap((item) => namesOf(item).map((name) => [name, item] as const)),
  )
  return [...changes.added].flatMap((item): Refusal[] => {
    const original = originals.get(item.name)
    if (original === undefined || item.isInit || (item.bind === 'local' && !isAddressTaken(pair.original, original))) return []
    const reason = `in the running kernel it is another name of ${original.name}; the patch makes it a function of its own`
    return [{ code: 'alias-split', unit, subject: item.name, reason }]
  })
}

function isAddressTaken(view: ObjectView, item: Item): boolean {
  return [...view.references.values()].some((references) =>
    references.some(({ isBranch, target }) => !isBranch && target.kind === 'item' && target.item === item && target.offset === 0),
  )
}
