import { areBytesEqual } from '../base/mod.ts'
import { type Correlation, type Pair, isByContent, isSameItem, maskReferences } from './compare.ts'
import type { Item } from './item.ts'
import { isClone, isNumbered, parentOfCold, stableName } from './names.ts'
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

/**
 * Numbered statics, told apart by the functions that use them. What several fit, or what fits only by its name while the kernel has one that
 * nothing else continues, stays open.
 */
function linkNumbered(pair: Pair, taken: ReadonlySet<Item>, link: Link): Item[] {
  const numbered = (view: ObjectView) => view.items.filter((item) => item.kind === 'data' && isNumbered(item.name) && !isByContent(item))
  const groups = Map.groupBy(numbered(pair.original), (item) => stableName(item.name))
  const open = numbered(pair.patched).filter((item) => groups.has(stableName(item.name)))
  if (open.length === 0) return []
  const evidence = makeEvidence(pair)
  const free = (item: Item) =>
    (groups.get(stableName(item.name)) ?? []).filter((candidate) => !taken.has(candidate) && isSameShape(item, candidate))
  // Each link leaves fewer candidates for the others.
  for (const isSure of [evidence.isUsedAtSameRankOfSameCode, evidence.isUsedAlikeAndEqual, evidence.isUsedAlike]) {
    for (let isNews = true; isNews;) {
      isNews = false
      for (const item of open) {
        if (pair.correlation.has(item)) continue
        const fits = free(item).filter((candidate) => isSure(item, candidate))
        const rivals =
          fits.length === 1
            ? open.filter(
                (other) =>
                  other !== item && !pair.correlation.has(other) && fits.some((fit) => isSameShape(other, fit) && isSure(other, fit)),
              )
            : []
        if (fits.length !== 1 || rivals.length > 0 || fits[0] === undefined) continue
        link(item, fits[0])
        isNews = true
      }
    }
  }
  return open.filter((item) => !pair.correlation.has(item) && free(item).length > 0)
}

type Judge = (patched: Item, original: Item) => boolean

/** What the users of two statics say about whether they are the same. */
function makeEvidence(pair: Pair): { isUsedAtSameRankOfSameCode: Judge; isUsedAlikeAndEqual: Judge; isUsedAlike: Judge } {
  const continued = new Set(pair.correlation.values())
  const users = {
    patched: usersOf(pair.patched, (user) => pair.correlation.has(user)),
    original: usersOf(pair.original, (user) => continued.has(user)),
  }
  const common = (patched: Item, original: Item) => {
    const theirs = users.original.get(original)
    return [...(users.patched.get(patched) ?? [])].filter((user) => theirs?.has(pair.correlation.get(user) as Item))
  }
  const isUsedAlike: Judge = (patched, original) => common(patched, original).length > 0
  return {
    isUsedAlike,
    isUsedAlikeAndEqual: (patched, original) => isUsedAlike(patched, original) && isSameItem(pair, original, patched),
    isUsedAtSameRankOfSameCode: (patched, original) =>
      common(patched, original).some((user) => {
        const before = pair.correlation.get(user) as Item
        return isSameCode(pair, before, user) && rankIn(pair.patched, user, patched) === rankIn(pair.original, before, original)
      }),
  }
}

/** The functions that use each numbered static. One without a counterpart (moved into a helper, inlined there) counts as all of its callers. */
function usersOf(view: ObjectView, hasCounterpart: (user: Item) => boolean): Map<Item, Set<Item>> {
  const byTarget = new Map<Item, Set<Item>>()
  for (const [user, references] of view.references) {
    for (const { target } of references) {
      if (target.kind !== 'item' || target.item === user) continue
      const known = byTarget.get(target.item)
      if (known === undefined) byTarget.set(target.item, new Set([user]))
      else known.add(user)
    }
  }
  const spread = (user: Item, into: Set<Item>, seen: Set<Item>): Set<Item> => {
    if (seen.has(user)) return into
    seen.add(user)
    if (hasCounterpart(user)) into.add(user)
    // A cold part is no user of its own: what it uses, its function uses.
    if (!hasCounterpart(user) || parentOfCold(user.name) !== undefined)
      for (const caller of byTarget.get(user) ?? []) spread(caller, into, seen)
    return into
  }
  const users = new Map<Item, Set<Item>>()
  for (const [target, direct] of byTarget) {
    if (target.kind !== 'data' || !isNumbered(target.name)) continue
    const found = new Set<Item>()
    for (const user of direct) spread(user, found, new Set([target]))
    users.set(target, found)
  }
  return users
}

function isSameCode(pair: Pair, original: Item, patched: Item): boolean {
  const masked = (view: ObjectView, item: Item) => maskReferences(item.data, view.references.get(item) ?? [])
  return original.size === patched.size && areBytesEqual(masked(pair.original, original), masked(pair.patched, patched))
}

/** Where a static comes among a function's references: the same in both when the code is the same. */
function rankIn(view: ObjectView, user: Item, item: Item): number {
  return (view.references.get(user) ?? []).findIndex(({ target }) => target.kind === 'item' && target.item === item)
}

function isSameShape(a: Item, b: Item): boolean {
  return a.size === b.size && stableName(a.section.name) === stableName(b.section.name)
}

function isNamed(item: Item): boolean {
  return item.kind === 'function' || (item.kind === 'data' && !isByContent(item) && !item.name.startsWith(item.section.name))
}
