import { type Correlation, type Pair, isByContent, isSameItem } from './compare.ts'
import type { Item } from './item.ts'
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
  const taken = new Set<Item>()
  const link = (from: Item, to: Item) => {
    correlation.set(from, to)
    taken.add(to)
  }
  const pair: Pair = { original, patched, correlation }

  linkExactNames(pair, link)
  linkClones(pair, taken, link)
  const ambiguous = linkNumberedStatics(pair, link)
  return { correlation, ambiguous }
}

type Link = (patched: Item, original: Item) => void

function linkExactNames({ original, patched }: Pair, link: Link): void {
  const byName = Map.groupBy(original.items.filter(isNamed), (item) => item.name)
  for (const item of patched.items.filter(isNamed)) {
    if (isClone(item.name) || (item.kind === 'data' && isNumbered(item.name))) continue
    const [match, second] = byName.get(item.name) ?? []
    if (match !== undefined && second === undefined && isContinued(match, item)) link(item, match)
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

function linkClones(pair: Pair, taken: ReadonlySet<Item>, link: Link): void {
  const clones = (view: ObjectView) => view.items.filter((item) => item.kind === 'function' && isClone(item.name))
  const groups = Map.groupBy(clones(pair.original), (item) => stableName(item.name))
  const open: Item[] = []
  for (const item of clones(pair.patched)) {
    const free = (groups.get(stableName(item.name)) ?? []).filter((candidate) => !taken.has(candidate))
    const match =
      free.find((candidate) => candidate.name === item.name && isSameItem(pair, candidate, item)) ??
      free.find((candidate) => isSameItem(pair, candidate, item))
    if (match === undefined) open.push(item)
    else link(item, match)
  }
  for (const item of open) {
    const free = (groups.get(stableName(item.name)) ?? []).filter((candidate) => !taken.has(candidate))
    const match = free.find((candidate) => candidate.name === item.name) ?? (free.length === 1 ? free[0] : undefined)
    if (match !== undefined) link(item, match)
  }
}

function isNamed(item: Item): boolean {
  return item.kind === 'function' || (item.kind === 'data' && !isByContent(item) && !item.name.startsWith(item.section.name))
}
