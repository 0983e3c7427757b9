import { type Correlation, type Pair, isByContent, isSameItem } from './compare.ts'
import type { Item, Reference } from './item.ts'
import { isClone, isNumbered, stableName } from './names.ts'
import type { ObjectView } from './object-view.ts'

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
  const ambiguous = linkNumbered(pair, taken, link)
  return { correlation, ambiguous }
}

type Link = (patched: Item, original: Item) => void

function linkExactNames({ original, patched }: Pair, link: Link): void {
  const byName = Map.groupBy(original.items.filter(isNamed), (item) => item.name)
  for (const item of patched.items.filter(isNamed)) {
    if (isClone(item.name) || (item.kind === 'data' && isNumbered(item.name))) continue
    const [match, second] = byName.get(item.name) ?? []
    if (match !== undefined && second === undefined && match.kind === item.kind) link(item, match)
  }
}

function linkClones(pair: Pair, taken: ReadonlySet<Item>, link: Link): void {
  const clones = (view: ObjectView) => view.items.filter((item) => item.kind === 'function' && isClone(item.name))
  const groups = Map.groupBy(clones(pair.original), (item) => stableName(item.name))
  const open: Item[] = []
  for (const item of clones(pair.patched)) {
    const free = (groups.get(stableName(item.name)) ?? []).filter((candidate) => !taken.has(candidate))
    const match = free.find((candidate) => candidate.name === item.name && isSameItem(pair, candidate, item)) ?? free.find((candidate) => isSameItem(pair, candidate, item))
    if (match === undefined) open.push(item)
    else link(item, match)
  }
  for (const item of open) {
    const free = (groups.get(stableName(item.name)) ?? []).filter((candidate) => !taken.has(candidate))
    const match = free.find((candidate) => candidate.name === item.name) ?? (free.length === 1 ? free[0] : undefined)
    if (match !== undefined) link(item, match)
  }
}

function linkNumbered(pair: Pair, taken: ReadonlySet<Item>, link: Link): Item[] {
  const numbered = (view: ObjectView) => view.items.filter((item) => item.kind === 'data' && isNumbered(item.name) && !isByContent(item))
  const groups = Map.groupBy(numbered(pair.original), (item) => stableName(item.name))
  const users = { original: usersOf(pair.original), patched: usersOf(pair.patched) }
  const open: Item[] = []
  for (const [name, items] of Map.groupBy(numbered(pair.patched), (item) => stableName(item.name))) {
    const candidates = groups.get(name) ?? []
    const [only] = items
    const [onlyCandidate] = candidates
    if (items.length === 1 && candidates.length === 1 && only !== undefined && onlyCandidate !== undefined) {
      if (isSameShape(only, onlyCandidate)) link(only, onlyCandidate)
      continue
    }
    for (const item of items) {
      const mine = users.patched.get(item) ?? []
      const fits = candidates.filter((candidate) => !taken.has(candidate) && isSameShape(item, candidate) && isUsedAlike(pair, mine, users.original.get(candidate) ?? []))
      if (fits.length === 1 && fits[0] !== undefined) link(item, fits[0])
      else if (fits.length > 1) open.push(item)
    }
  }
  return open
}

interface Use {
  readonly user: Item
  /** Which of the user's numbered statics of that name it is, counted by first reference. */
  readonly rank: number
}

/** Every use of a numbered static: the function, and the static's rank there among those of the same name. */
function usersOf(view: ObjectView): Map<Item, Use[]> {
  const uses = new Map<Item, Use[]>()
  for (const [user, references] of view.references) {
    const ranks = new Map<string, Item[]>()
    for (const item of references.flatMap(numberedTarget)) {
      const seen = ranks.get(stableName(item.name)) ?? []
      if (seen.includes(item)) continue
      uses.set(item, [...(uses.get(item) ?? []), { user, rank: seen.length }])
      ranks.set(stableName(item.name), [...seen, item])
    }
  }
  return uses
}

function numberedTarget({ target }: Reference): Item[] {
  return target.kind === 'item' && target.item.kind === 'data' && isNumbered(target.item.name) ? [target.item] : []
}

function isUsedAlike(pair: Pair, patched: readonly Use[], original: readonly Use[]): boolean {
  return patched.some(({ user, rank }) => original.some((use) => use.rank === rank && pair.correlation.get(user) === use.user))
}

function isSameShape(a: Item, b: Item): boolean {
  return a.size === b.size && stableName(a.section.name) === stableName(b.section.name)
}

function isNamed(item: Item): boolean {
  return item.kind === 'function' || (item.kind === 'data' && !isByContent(item) && !item.name.startsWith(item.section.name))
}
