import { useOf } from './field-use.ts'
import { type Item, isReadOnly } from './item.ts'
import type { ObjectView } from './object-view.ts'

/** Init and exit code, and the static functions that nothing else uses. */
export function functionsRunOnce(view: ObjectView): Set<Item> {
  const users = new Map<Item, Set<Item>>()
  for (const [user, references] of view.references) {
    for (const { target } of references) {
      if (target.kind !== 'item' || target.item.kind !== 'function' || target.item === user) continue
      users.set(target.item, (users.get(target.item) ?? new Set()).add(view.coldPartOf.get(user) ?? user))
    }
  }
  const once = new Set(view.items.filter((item) => item.kind === 'function' && (item.isInit || (item.bind === 'local' && users.has(item)))))
  for (let isNews = true; isNews;) {
    isNews = false
    for (const item of once) {
      const isUsedLater = [...(users.get(item) ?? [])].some((user) => user !== item && !user.isInit && !once.has(user))
      if (item.isInit || !isUsedLater) continue
      once.delete(item)
      isNews = true
    }
  }
  return once
}

/** The variables of the unit that a function may set: what it only reads, or nobody can write, it does not set up. */
export function dataSetUp(view: ObjectView, item: Item): Item[] {
  return (view.references.get(item) ?? []).flatMap((reference) => {
    const { target } = reference
    const isState = target.kind === 'item' && target.item.kind === 'data' && !isReadOnly(target.item)
    return isState && useOf(item, reference).access !== 'read' ? [target.item] : []
  })
}

/** Names of other units' variables that a function may set. */
export function namesSetUp(view: ObjectView, item: Item): string[] {
  return (view.references.get(item) ?? []).flatMap((reference) =>
    reference.target.kind === 'symbol' && !reference.isBranch && useOf(item, reference).access !== 'read' ? [reference.target.name] : [],
  )
}
