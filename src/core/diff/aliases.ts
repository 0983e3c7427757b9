import type { Changes } from './changes.ts'
import { type Pair, isSameItem } from './compare.ts'
import { type Item, namesOf } from './item.ts'
import type { Refusal } from './refusal.ts'

/**
 * Functions of their own that the patched source makes another name of one that goes on: whoever outside the unit calls them must come to that one too.
 */
export function findMerged(pair: Pair, changes: Changes): { readonly original: Item; readonly patched: Item }[] {
  const removed = new Map(changes.removed.filter((item) => item.bind !== 'local' && !item.isInit).map((item) => [item.name, item]))
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

/** Names of one function that become two functions. Callers in the unit count as changed; who else calls the new one comes to the old one's place. */
export function refuseSplit(unit: string, pair: Pair, changes: Changes): Refusal[] {
  const original = new Map(
    pair.original.items.filter((item) => item.kind === 'function').flatMap((item) => namesOf(item).map((name) => [name, item] as const)),
  )
  return [...changes.added]
    .filter((item) => item.bind !== 'local' && !item.isInit && original.has(item.name))
    .map((item) => {
      const reason = `in the running kernel it is another name of ${original.get(item.name)?.name}; the patch makes it a function of its own`
      return { code: 'alias-split', unit, subject: item.name, reason }
    })
}
