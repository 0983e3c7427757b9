import type { Changes } from './changes.ts'
import { type Pair, isSameItem } from './compare.ts'
import { type Item, namesOf } from './item.ts'
import type { ObjectView } from './object-view.ts'
import type { Refusal } from './refusal.ts'

interface Replacement {
  readonly original: Item
  readonly patched: Item
}

/**
 * Functions of their own that the patched source makes another name of one that goes on: whoever outside the unit calls them, or keeps their address,
 * must come to that one too. The compiler makes static functions of the same code one as well.
 */
export function findMerged(pair: Pair, changes: Changes): Replacement[] {
  const reached = changes.removed.filter((item) => !item.isInit && (item.bind !== 'local' || isAddressTaken(pair.original, item)))
  if (reached.length === 0) return []
  const patchedNamed = functionsByName(pair.correlation.keys())
  return reached.flatMap((original) => {
    const [patched] = namesOf(original).flatMap((name) => patchedNamed.get(name) ?? [])
    return patched === undefined || isSameItem(pair, original, patched) ? [] : [{ original, patched }]
  })
}

/**
 * Names of one function that become two functions, or of which one goes over to another function. Callers in the unit count as changed; who else calls
 * by that name, or got the address before, comes to the old one's place.
 */
export function refuseSplit(unit: string, pair: Pair, merged: readonly Replacement[]): Refusal[] {
  const originalNamed = functionsByName(pair.original.items)
  const patchedOf = new Map([...pair.correlation].map(([patched, original]) => [original, patched]))
  for (const { original, patched } of merged) patchedOf.set(original, patched)
  return [...functionsByName(pair.patched.items)].flatMap(([name, item]): Refusal[] => {
    const original = originalNamed.get(name)
    const now = original === undefined ? undefined : patchedOf.get(original)
    if (original === undefined || now === undefined || now === item) return []
    const isLocal = item.bind === 'local' || original.bind === 'local'
    if (isLocal && !isAddressTaken(pair.original, original)) return []
    const what = pair.correlation.has(item) ? `another name of ${item.name}` : 'a function of its own'
    const reason = `in the running kernel it is another name of ${original.name}; the patch makes it ${what}`
    return [{ code: 'alias-split', unit, subject: name, reason }]
  })
}

function functionsByName(items: Iterable<Item>): Map<string, Item> {
  const functions = [...items].filter((item) => item.kind === 'function' && !item.isInit)
  return new Map(functions.flatMap((item) => namesOf(item).map((name) => [name, item])))
}

function isAddressTaken(view: ObjectView, item: Item): boolean {
  return [...view.references.values()].some((references) =>
    references.some(({ isBranch, target }) => !isBranch && target.kind === 'item' && target.item === item && target.offset === 0),
  )
}
