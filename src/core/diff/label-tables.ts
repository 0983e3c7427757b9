import type { Item, Target } from './item.ts'
import type { ObjectView } from './object-view.ts'

/**
 * Whether a place is inside a function rather than the function itself: what a switch or a computed goto jumps to. Nobody outside may keep it, and it
 * must lead into the very code that jumps.
 */
export function isInside(view: ObjectView, target: Target): boolean {
  return target.kind === 'item' && target.item.kind === 'function' && (target.offset !== 0 || view.coldPartOf.has(target.item))
}

/** Whether data holds places inside one of these functions, cold parts counted with them. */
export function holdsPlacesIn(view: ObjectView, item: Item, functions: ReadonlySet<Item>): boolean {
  return (view.references.get(item) ?? []).some(
    ({ target }) => target.kind === 'item' && isInside(view, target) && functions.has(view.coldPartOf.get(target.item) ?? target.item),
  )
}
