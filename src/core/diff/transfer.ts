import { invariant } from '../base/mod.ts'
import type { Changes } from './changes.ts'
import type { Pair } from './compare.ts'
import type { Item } from './item.ts'
import type { ObjectView } from './object-view.ts'

/** What a comparison found out about a patched object. */
export interface Compared {
  readonly pair: Pair
  readonly changes: Changes
  readonly ambiguous: readonly Item[]
}

/** The same findings for another form of the patched object, which has the same items: what changed was found out by the form that the kernel has. */
export function transfer({ pair, changes, ambiguous }: Compared, code: ObjectView): Compared {
  const byKey = new Map(keyed(code).map(([key, item]) => [key, item]))
  const twins = new Map(keyed(pair.patched).map(([key, item]) => [item, byKey.get(key)]))
  const twinOf = (item: Item): Item => {
    const twin = twins.get(item)
    invariant(twin !== undefined, `both forms of the patched object have ${item.name}`)
    return twin
  }
  return {
    pair: { ...pair, patched: code, correlation: new Map([...pair.correlation].map(([item, original]) => [twinOf(item), original])) },
    changes: {
      changed: new Set([...changes.changed].map(twinOf)),
      added: new Set([...changes.added].map(twinOf)),
      removed: changes.removed,
      copiedConstants: new Set([...changes.copiedConstants].map(twinOf)),
      changedData: changes.changedData.map(twinOf),
    },
    ambiguous: ambiguous.map(twinOf),
  }
}

/** Items by section and name, and by their rank among namesakes there; places in code move, so they tell nothing. */
function keyed({ items }: ObjectView): [string, Item][] {
  const ranks = new Map<string, number>()
  return items.map((item) => {
    const place = item.kind === 'function' || item.kind === 'data' ? item.name : item.kind
    const key = `${item.section.name} ${place}`
    const rank = ranks.get(key) ?? 0
    ranks.set(key, rank + 1)
    return [`${key} ${rank}`, item]
  })
}
