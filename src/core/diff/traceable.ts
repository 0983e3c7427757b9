import type { Pair } from './compare.ts'
import type { Item } from './item.ts'
import type { ObjectView } from './object-view.ts'
import { targetsWithinSection } from './section-branches.ts'

/** ftrace can only redirect a function whose entry calls it: `__mcount_loc` lists it. */
export function isTraceable(view: ObjectView, item: Item): boolean {
  const limit = 4 // bytes of endbr64 that may stand before the call
  return (view.entriesOf.get(item) ?? []).some(({ table, references }) => {
    const place = references[0]?.target
    return table.section === '__mcount_loc' && place?.kind === 'item' && place.offset <= limit
  })
}

/**
 * Changed functions that cannot be redirected and need not be: static ones that are only called (`inline` in the source, so not traced, but too
 * large to be inlined). Their callers are replaced instead, and call a copy. Returns callers to replace, and the functions that are copied.
 */
export function coverUntraceable(
  pair: Pair,
  changed: ReadonlySet<Item>,
): { readonly callers: readonly Item[]; readonly copied: ReadonlySet<Item> } {
  const callers = new Set<Item>()
  const copied = new Set<Item>()
  const callersBefore = callerFinder(pair.original)
  const callersAfter = callerFinder(pair.patched)
  const replaced = new Set([...changed].map((item) => pair.correlation.get(item)))
  const pending = [...changed]
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const original = pair.correlation.get(item)
    if (original === undefined || item.isInit || copied.has(item) || pair.patched.coldPartOf.has(item)) continue
    if (isTraceable(pair.original, original) || original.bind !== 'local') continue
    const before = callersBefore(original)
    const after = callersAfter(item)
    if (before === undefined || after === undefined || before.size === 0) continue
    const continued = new Set(before)
    const mine = [...after].filter((caller) => continued.delete(pair.correlation.get(caller) ?? caller))
    // A caller that calls it no more, or is gone, must be among the changed ones already, or the old code would stay in use.
    if ([...continued].some((caller) => !caller.isInit && !replaced.has(caller))) continue
    copied.add(item)
    for (const caller of mine) {
      callers.add(caller)
      pending.push(caller)
    }
  }
  return { callers: [...callers], copied }
}

/** Finds the functions that call one, a cold part counted as its function; undefined when its address is kept somewhere. */
function callerFinder(view: ObjectView): (callee: Item) => Set<Item> | undefined {
  let index: UseIndex | undefined
  return (callee) => {
    index ??= indexUses(view)
    if (index.owners.get(callee)?.some((owner) => owner !== callee) === true) return undefined
    const callers = new Set<Item>()
    for (const { user, isBranch } of index.uses.get(callee) ?? []) {
      const whole = view.coldPartOf.get(user) ?? user
      if (whole === callee) continue
      if (user.kind !== 'function' || !isBranch) return undefined
      if (!whole.isInit) callers.add(whole)
    }
    return callers
  }
}

interface Use {
  readonly user: Item
  readonly isBranch: boolean
}

interface UseIndex {
  /** References, and calls that have none, by the item that they lead to. */
  readonly uses: ReadonlyMap<Item, readonly Use[]>
  /** The items whose special section entries lead to an item. */
  readonly owners: ReadonlyMap<Item, readonly (Item | undefined)[]>
}

function indexUses(view: ObjectView): UseIndex {
  const uses = new Map<Item, Use[]>()
  for (const [user, references] of view.references) {
    for (const { target, isBranch } of references) if (target.kind === 'item') pushTo(uses, target.item, { user, isBranch })
  }
  for (const user of view.items) {
    for (const { item } of targetsWithinSection(view, user)) pushTo(uses, item, { user, isBranch: true })
  }
  const owners = new Map<Item, (Item | undefined)[]>()
  for (const { owner, references } of view.entries) {
    for (const { target } of references) if (target.kind === 'item') pushTo(owners, target.item, owner)
  }
  return { uses, owners }
}

function pushTo<T>(lists: Map<Item, T[]>, key: Item, value: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
