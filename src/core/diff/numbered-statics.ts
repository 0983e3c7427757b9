import { areBytesEqual } from '../base/mod.ts'
import { type Pair, isByContent, isSameItem, maskReferences } from './compare.ts'
import type { Item, Reference } from './item.ts'
import { isNumbered, stableName } from './names.ts'
import type { ObjectView } from './object-view.ts'
import { guardsOtherData, isOnceMark } from './once-marks.ts'

/** Statics of one name and shape that one function uses. */
interface Group {
  /** The function, in the original and in the patched object. */
  readonly user: { readonly original: Item; readonly patched: Item }
  readonly originals: readonly Item[]
  readonly patched: readonly Item[]
}

/** Whether two statics of a group are the same, as far as one kind of evidence goes. */
type Judge = (group: Group, patched: Item, original: Item) => boolean

/**
 * Correlates numbered statics (`count.5`), told apart by the functions that use them. Returns the patched ones for which this leaves a doubt:
 * several fit, or one fits by its name alone while nothing else continues it.
 */
export function linkNumberedStatics(pair: Pair, link: (patched: Item, original: Item) => void): Item[] {
  const [before, after] = [userFinder(pair.original), userFinder(pair.patched)]
  const taken = new Set(pair.correlation.values())
  const judges: readonly Judge[] = [
    isAtSamePlaceOfSameCode(pair),
    (_, patched, original) => isSameItem(pair, original, patched),
    () => true,
  ]
  // Marks last: what they guard has to be known by then.
  for (const judge of [...judges.map(ofOthers), ...judges.map((plain) => ofOnceMarks(pair, plain))]) {
    for (let isNews = true; isNews;) {
      isNews = false
      // Statics that are known by now are users themselves: a literal in a table of literals is told apart by its place there.
      const groups = groupByUser(pair, before, after)
      for (const [patched, original] of onlyPairs(groups, pair, taken, judge)) {
        link(patched, original)
        taken.add(original)
        isNews = true
      }
    }
  }
  const left = Map.groupBy(
    numberedStatics(pair.original).filter((item) => !taken.has(item)),
    shapeOf,
  )
  return numberedStatics(pair.patched).filter((item) => !pair.correlation.has(item) && left.has(shapeOf(item)))
}

function ofOthers(judge: Judge): Judge {
  return (group, patched, original) => !isOnceMark(patched) && judge(group, patched, original)
}

/** A mark is the same only where it says the same: that what the patched function uses has been set up. */
function ofOnceMarks(pair: Pair, judge: Judge): Judge {
  return (group, patched, original) => isOnceMark(patched) && judge(group, patched, original) && !guardsOtherData(pair, group.user)
}

/** Pairs of which neither side fits anything else. */
function onlyPairs(groups: readonly Group[], pair: Pair, taken: ReadonlySet<Item>, judge: Judge): [Item, Item][] {
  const fits = new Map<Item, Set<Item>>()
  const note = (item: Item, other: Item) => fits.set(item, (fits.get(item) ?? new Set()).add(other))
  for (const group of groups) {
    const originals = group.originals.filter((item) => !taken.has(item))
    for (const patched of group.patched.filter((item) => !pair.correlation.has(item))) {
      for (const original of originals.filter((candidate) => judge(group, patched, candidate))) {
        note(patched, original)
        note(original, patched)
      }
    }
  }
  const patched = new Set(groups.flatMap((group) => group.patched))
  return [...patched].flatMap((item): [Item, Item][] => {
    const [only] = fits.get(item) ?? []
    return only !== undefined && fits.get(item)?.size === 1 && fits.get(only)?.size === 1 ? [[item, only]] : []
  })
}

function numberedStatics(view: ObjectView): Item[] {
  return view.items.filter((item) => item.kind === 'data' && isNumbered(item.name) && !isByContent(item))
}

function shapeOf(item: Item): string {
  return `${stableName(item.name)} ${item.size} ${stableName(item.section.name)}`
}

function groupByUser(pair: Pair, before: UserFinder, after: UserFinder): Group[] {
  const continued = new Map([...pair.correlation].map(([patched, original]) => [original, patched]))
  const originals = usesOf(before, (user) => (continued.has(user) ? user : undefined))
  const patched = usesOf(after, (user) => pair.correlation.get(user))
  return [...patched].flatMap(([user, byShape]) =>
    [...byShape].flatMap(([shape, items]): Group[] => {
      const others = originals.get(user)?.get(shape)
      const counterpart = continued.get(user)
      return others === undefined || counterpart === undefined
        ? []
        : [{ user: { original: user, patched: counterpart }, originals: [...others], patched: [...items] }]
    }),
  )
}

/**
 * By original function and shape, the numbered statics that a function uses. One without a counterpart (moved into a helper, inlined there)
 * counts as all of its callers, and a cold part as its function.
 */
function usesOf(
  { statics, usersOf, coldPartOf }: UserFinder,
  originalOf: (user: Item) => Item | undefined,
): Map<Item, Map<string, Set<Item>>> {
  const uses = new Map<Item, Map<string, Set<Item>>>()
  for (const item of statics) {
    const seen = new Set<Item>([item])
    const pending = [...(usersOf.get(item) ?? [])]
    for (let user = pending.pop(); user !== undefined; user = pending.pop()) {
      if (seen.has(user)) continue
      seen.add(user)
      const original = originalOf(user)
      if (original === undefined || coldPartOf.has(user)) pending.push(...(usersOf.get(user) ?? []))
      if (original === undefined) continue
      const byShape = uses.get(original) ?? new Map<string, Set<Item>>()
      uses.set(original, byShape.set(shapeOf(item), (byShape.get(shapeOf(item)) ?? new Set()).add(item)))
    }
  }
  return uses
}

interface UserFinder extends Pick<ObjectView, 'coldPartOf'> {
  readonly statics: readonly Item[]
  readonly usersOf: ReadonlyMap<Item, ReadonlySet<Item>>
}

function userFinder(view: ObjectView): UserFinder {
  return { statics: numberedStatics(view), usersOf: usersByTarget(view), coldPartOf: view.coldPartOf }
}

function usersByTarget(view: ObjectView): Map<Item, Set<Item>> {
  const users = new Map<Item, Set<Item>>()
  for (const [user, references] of view.references) {
    for (const { target } of references) {
      if (target.kind === 'item' && target.item !== user) users.set(target.item, (users.get(target.item) ?? new Set()).add(user))
    }
  }
  return users
}

/** Where the code of the user is the same, its cold part with it, the statics that it refers to from the same place are the same. */
function isAtSamePlaceOfSameCode(pair: Pair): Judge {
  const [before, after] = [codeFinder(pair.original), codeFinder(pair.patched)]
  const known = new Map<Item, boolean>()
  return ({ user }, patched, original) => {
    const [left, right] = [before(user.original), after(user.patched)]
    const isSame = known.get(user.patched) ?? isSameCode(left, right)
    known.set(user.patched, isSame)
    return isSame && firstUse(right, patched) === firstUse(left, original)
  }
}

interface CodePart {
  readonly item: Item
  readonly references: readonly Reference[]
}

/** Finds a function's code: itself, then its cold part. */
function codeFinder({ coldPartOf, references }: ObjectView): (user: Item) => CodePart[] {
  const coldParts = Map.groupBy(coldPartOf.keys(), (part) => coldPartOf.get(part))
  return (user) => [user, ...(coldParts.get(user) ?? [])].map((item) => ({ item, references: references.get(item) ?? [] }))
}

function isSameCode(original: readonly CodePart[], patched: readonly CodePart[]): boolean {
  const masked = ({ item, references }: CodePart) => maskReferences(item.data, references)
  return (
    original.length === patched.length &&
    original.every((part, rank) => {
      const other = patched[rank]
      return other !== undefined && part.item.size === other.item.size && areBytesEqual(masked(part), masked(other))
    })
  )
}

/** Rank of the first reference to an item; -1 when another function refers to it in this one's name. */
function firstUse(code: readonly CodePart[], item: Item): number {
  return code.flatMap(({ references }) => references).findIndex(({ target }) => target.kind === 'item' && target.item === item)
}
