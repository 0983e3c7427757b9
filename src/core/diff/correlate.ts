import { type Correlation, type Pair, isByContent, isSameItem, maskReferences } from './compare.ts'
import { type Item, isNameless, namesOf } from './item.ts'
import { isClone, isNumbered, stableName } from './names.ts'
import { linkNumberedStatics } from './numbered-statics.ts'
import type { ObjectView } from './object-view.ts'
import { isPerCpuSection } from './section-role.ts'

export interface Correlated {
  /** Patched item to original item. */
  readonly correlation: Correlation
  /** Patched items for which several originals fit and nothing decides between them. */
  readonly ambiguous: readonly Item[]
}

/**
 * Finds for every item of the patched object the one of the original that it continues, from certain to uncertain:
 * exact names, then equal contents of clones, then numbered statics by the functions that use them.
 * For functions any one-to-one choice is sound, since a caller whose callee differs counts as changed; for data a wrong one would share
 * the wrong state, so what is not certain stays open.
 */
export function correlate(original: ObjectView, patched: ObjectView): Correlated {
  const correlation = new Map<Item, Item>()
  const link = (from: Item, to: Item) => void correlation.set(from, to)
  const pair: Pair = { original, patched, correlation }

  linkExactNames(pair, link)
  linkClones(pair, link)
  const ambiguous = linkNumberedStatics(pair, link)
  return { correlation, ambiguous }
}

type Link = (patched: Item, original: Item) => void

/** The names that items go by first, then their other names (aliases): which one an item goes by changes when it gains or loses one. */
function linkExactNames({ original, patched, correlation }: Pair, link: Link): void {
  const named = patched.items.filter((item) => isNamed(item) && !isClone(item.name) && !(item.kind === 'data' && isNumbered(item.name)))
  const byName = Map.groupBy(original.items.filter(isNamed), (item) => item.name)
  for (const item of named) {
    const [match, second] = byName.get(item.name) ?? []
    if (match !== undefined && second === undefined && isContinued(match, item)) link(item, match)
  }
  const open = named.filter((item) => !correlation.has(item))
  if (open.length === 0) return
  const taken = new Set(correlation.values())
  const left = original.items.filter((item) => isNamed(item) && !taken.has(item))
  const byAnyName = Map.groupBy(
    left.flatMap((item) => namesOf(item).map((name) => ({ name, item }))),
    ({ name }) => name,
  )
  for (const item of open) {
    const fits = new Set(namesOf(item).flatMap((name) => (byAnyName.get(name) ?? []).map((entry) => entry.item)))
    const [match, second] = [...fits].filter((candidate) => !taken.has(candidate))
    if (match === undefined || second !== undefined || !isContinued(match, item)) continue
    link(item, match)
    taken.add(match)
  }
}

/** What was freed after start, or was one per CPU, cannot stand for what is neither, whatever its name. */
function isContinued(original: Item, patched: Item): boolean {
  return (
    original.kind === patched.kind &&
    (!original.isInit || patched.isInit) &&
    isPerCpuSection(original.section.name) === isPerCpuSection(patched.section.name)
  )
}

function linkClones(pair: Pair, link: Link): void {
  const clones = (view: ObjectView) => view.items.filter((item) => item.kind === 'function' && isClone(item.name))
  const originals = clones(pair.original)
  // Only clones of one shape can be the same: with many of a name, each would be held against all.
  const alike = setsBy(originals, (item) => shapeOf(pair.original, item))
  const open: Item[] = []
  for (const item of clones(pair.patched)) {
    const candidates = alike.get(shapeOf(pair.patched, item))
    const match =
      find(candidates, (candidate) => candidate.name === item.name && isSameItem(pair, candidate, item)) ??
      find(candidates, (candidate) => isSameItem(pair, candidate, item))
    if (match === undefined) open.push(item)
    else link(item, match)
    if (match !== undefined) candidates?.delete(match)
  }
  const matched = new Set(pair.correlation.values())
  const left = setsBy(
    originals.filter((item) => !matched.has(item)),
    (item) => stableName(item.name),
  )
  for (const item of open) {
    const candidates = left.get(stableName(item.name))
    const match = find(candidates, ({ name }) => name === item.name) ?? (candidates?.size === 1 ? find(candidates, () => true) : undefined)
    if (match !== undefined) link(item, match)
    if (match !== undefined) candidates?.delete(match)
  }
}

/** Equal for clones that are the same; most that are not differ in it. */
function shapeOf(view: ObjectView, item: Item): string {
  const references = view.references.get(item) ?? []
  let sum = 0
  for (const byte of maskReferences(item.data, references)) sum = Math.imul(sum ^ byte, 0x0100_0193)
  return `${stableName(item.name)} ${item.size} ${references.length} ${sum}`
}

function setsBy(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Set<Item>> {
  return new Map([...Map.groupBy(items, keyOf)].map(([key, group]) => [key, new Set(group)]))
}

function find(items: ReadonlySet<Item> | undefined, fits: (item: Item) => boolean): Item | undefined {
  for (const item of items ?? []) if (fits(item)) return item
  return undefined
}

function isNamed(item: Item): boolean {
  return item.kind === 'function' || (item.kind === 'data' && !isByContent(item) && !isNameless(item))
}
