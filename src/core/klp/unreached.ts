import type { Item, Link, Note } from '../diff/mod.ts'
import type { ResolvedUnit } from './resolve.ts'

/** A function that the patch brings. */
export interface BroughtFunction {
  /** Source path of the unit. */
  readonly unit: string
  readonly item: Item
}

/**
 * New functions that nothing live leads to: new globals are brought because another unit may want them, and where none does, the change that calls
 * them is not part of this patch. Live are the functions that are replaced, the callbacks, and all that these refer to, in turn: an address in data
 * counts where such code uses the data.
 */
export function findUnreached(units: readonly ResolvedUnit[]): BroughtFunction[] {
  const live = followFromLive(units)
  const found = new Map(units.flatMap(({ diff }) => diff.added.flatMap((item) => (live.has(item) ? [] : [[item, diff.unit] as const]))))
  return [...found].map(([item, unit]) => ({ unit, item }))
}

export function noteUnreached({ unit, item }: BroughtFunction): Note {
  const text = 'new, and nothing that is live in this patch leads to it: what calls it in the source is left out, or runs at boot alone'
  return { unit, subject: item.name, text }
}

/** A unit in two objects has its items twice: each time its names may mean something else. */
function followFromLive(units: readonly ResolvedUnit[]): ReadonlySet<Item> {
  const brought = new Map(
    units.flatMap((unit) => unit.diff.newGlobals.map((item) => [`${unit.object} ${item.name}`, { unit, item }] as const)),
  )
  const entries = new Map(units.map(({ diff }) => [diff, Map.groupBy(diff.inclusion.entries, ({ entry }) => entry.owner)]))
  const linksOf = ({ diff }: ResolvedUnit, item: Item): readonly Link[] =>
    [...(diff.inclusion.links.get(item) ?? []), ...(entries.get(diff)?.get(item) ?? []).flatMap(({ links }) => links)].map(
      ({ link }) => link,
    )
  const leadsTo = (unit: ResolvedUnit, link: Link) => {
    if (link.kind === 'carried') return { unit, item: link.item }
    const ref = unit.refOf(link)
    return ref.kind === 'patch' ? brought.get(`${ref.object} ${ref.name}`) : undefined
  }
  const reached = new Map(units.map((unit) => [unit, new Set<Item>()]))
  const pending = units.flatMap((unit) => rootsOf(unit).map((item) => ({ unit, item })))
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { unit, item } = next
    if (reached.get(unit)?.has(item) === true) continue
    reached.get(unit)?.add(item)
    pending.push(...linksOf(unit, item).flatMap((link) => leadsTo(unit, link) ?? []))
  }
  return new Set([...reached.values()].flatMap((items) => [...items]))
}

function rootsOf({ diff }: ResolvedUnit): Item[] {
  return [...diff.replaced.map(({ patched }) => patched), ...diff.callbacks.map(({ item }) => item)]
}
