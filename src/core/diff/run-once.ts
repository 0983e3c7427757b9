import type { Item } from './item.ts'
import { isInside } from './label-tables.ts'
import type { ObjectView } from './object-view.ts'
import { targetsWithinSection } from './section-branches.ts'

/**
 * Code that runs when the kernel or the module starts or leaves and never in between: init and exit code, and the static functions that only such code
 * calls. A function whose address is kept is a callback and runs later, whoever keeps it; but for those that init code would have to register and does not,
 * as it will not run again: that init code takes their address then counts as a call.
 */
export function functionsRunOnce(view: ObjectView, isUnregistered: (item: Item) => boolean): Set<Item> {
  const whole = (item: Item) => view.coldPartOf.get(item) ?? item
  const kept = keptFunctions(view)
  const users = findUsers(view, { whole, isUnregistered })
  const isCandidate = (item: Item) => users.has(item) && (!kept.has(item) || isUnregistered(item))
  const functions = view.items.filter((item) => item.kind === 'function')
  const once = new Set(functions.filter((item) => item.isInit || (item.bind === 'local' && isCandidate(item))))
  for (let isNews = true; isNews;) {
    isNews = false
    for (const item of once) {
      const isUsedLater = [...(users.get(item) ?? [])].some((user) => !user.isInit && !once.has(user))
      if (item.isInit || !isUsedLater) continue
      once.delete(item)
      isNews = true
    }
  }
  return new Set(functions.filter((item) => item.isInit || once.has(whole(item))))
}

/** Functions whose address somebody takes, perhaps they themselves: work that queues itself again. */
export function keptFunctions(view: ObjectView): Set<Item> {
  const references = [...view.references.values()].flat()
  return new Set(
    references.flatMap(({ target, isBranch }) =>
      target.kind === 'item' && target.item.kind === 'function' && !isBranch && !isInside(view, target) ? [target.item] : [],
    ),
  )
}

interface Asked {
  readonly whole: (item: Item) => Item
  readonly isUnregistered: (item: Item) => boolean
}

/** Who calls each function: both without their cold parts, and no function itself. */
function findUsers(view: ObjectView, { whole, isUnregistered }: Asked): Map<Item, Set<Item>> {
  const users = new Map<Item, Set<Item>>()
  const owners = ownersOfFragments(view)
  const add = (from: Item, target: Item) => {
    const [user, used] = [whole(owners.get(from) ?? from), whole(target)]
    if (user !== used) users.set(used, (users.get(used) ?? new Set()).add(user))
  }
  for (const [from, references] of view.references) {
    for (const { target, isBranch } of references) {
      if (target.kind !== 'item' || target.item.kind !== 'function') continue
      if (isBranch || (isUnregistered(target.item) && !isInside(view, target))) add(from, target.item)
    }
  }
  for (const item of view.items) if (!item.isInit) for (const target of targetsWithinSection(view, item)) add(item, target.item)
  return users
}

/** Alternative code is a piece of the function that it may be written into. */
function ownersOfFragments(view: ObjectView): Map<Item, Item> {
  return new Map(
    view.entries.flatMap(({ owner, references }) =>
      references.flatMap(({ target }): [Item, Item][] =>
        owner !== undefined && target.kind === 'item' && target.item.kind === 'fragment' ? [[target.item, owner]] : [],
      ),
    ),
  )
}
