import { type Pair, isByContent } from './compare.ts'
import { useOf } from './field-use.ts'
import { type Item, type Reference, type Target, lastStartingAt } from './item.ts'
import type { ObjectView } from './object-view.ts'

/**
 * In a section of several variables (`__read_mostly`, per-CPU, …) the object names places, not variables: `array + 64` may be the end of one or the
 * start of the next, and with a register added, `array - 8` may lie in the one before. That makes no difference where the running kernel has all that
 * may be meant, as far apart. Returns the variables of which one is meant, or undefined when there is no doubt.
 */
export function findUnclear(pair: Pair, from: Item, reference: Reference): { readonly before: Item; readonly after: Item } | undefined {
  const { target } = reference
  if (target.kind !== 'item' || target.item.kind !== 'data' || target.item.size === target.item.section.size) return undefined
  // Such as dynamic debug descriptors: each is one struct that its call site refers to, and comes along anew.
  if (isByContent(target.item)) return undefined
  return doubts(pair, target, () => useOf(from, reference)).find(({ before, after }) => !isAsFarApart(pair, before, after))
}

interface Doubt {
  readonly before: Item
  readonly after: Item
}

function doubts(pair: Pair, target: Extract<Target, { kind: 'item' }>, use: () => ReturnType<typeof useOf>): Doubt[] {
  const { item, endOf } = target
  const neighbours = variablesOf(pair.patched, item.section)
  const rank = lastStartingAt(neighbours, item.start)
  // One without a size is none of them.
  const [before, after] = [neighbours[rank] === item ? rank - 1 : rank, rank + 1].map((at) => neighbours[at])
  const around = [...(before === undefined ? [] : [{ before, after: item }]), ...(after === undefined ? [] : [{ before: item, after }])]
  if (around.every((doubt) => isAsFarApart(pair, doubt.before, doubt.after))) return []
  const { access, isIndexed } = use()
  if (isIndexed) return around
  // What is read or written at a fixed place is a variable, not an end.
  return endOf === undefined || access !== 'address' ? [] : [{ before: endOf, after: item }]
}

/** By section, in its order: asked for at each reference. */
const variables = new WeakMap<ObjectView, Map<Item['section'], Item[]>>()

function variablesOf(view: ObjectView, section: Item['section']): readonly Item[] {
  const known =
    variables.get(view) ??
    Map.groupBy(
      view.items.filter(({ kind, size }) => kind === 'data' && size > 0),
      (item) => item.section,
    )
  variables.set(view, known)
  return known.get(section) ?? []
}

function isAsFarApart({ correlation }: Pair, a: Item, b: Item): boolean {
  const [before, after] = [correlation.get(a), correlation.get(b)]
  return before !== undefined && after?.section === before.section && after.start - before.start === b.start - a.start
}
