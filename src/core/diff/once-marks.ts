import { type Pair, isByContent } from './compare.ts'
import type { Item } from './item.ts'
import { isFreshCopyHarmless } from './names.ts'
import type { ObjectView } from './object-view.ts'

/**
 * What `DO_ONCE` (include/linux/once.h, `get_random_once`) remembers that something has been set up by: a mark and the static key that is switched off with it.
 * A fresh pair is no way out: another function may have set the same data up by a mark of its own, and the work that switches
 * the key off holds no module, so that the patch could be gone when it runs.
 */
export function isOnceMark({ name }: Item): boolean {
  return /^___(done|once_key)(\.\d+)*$/.test(name)
}

/** Whether a patched function uses data that its original did not: of that a mark of the original says nothing. */
export function guardsOtherData(
  { original, patched, correlation }: Pair,
  user: { readonly original: Item; readonly patched: Item },
): boolean {
  const continued = new Set(correlation.values())
  const before = dataOf(original, user.original, (item) => continued.has(item))
  const after = dataOf(patched, user.patched, (item) => correlation.has(item))
  return [...after].some((data) => {
    if (typeof data === 'string') return !before.has(data)
    const counterpart = correlation.get(data)
    return counterpart === undefined || !before.has(counterpart)
  })
}

/** Data that a function uses, by its name where another unit has it. Cold parts and functions without a counterpart (a helper that was inlined) count with it. */
function dataOf(view: ObjectView, user: Item, hasCounterpart: (item: Item) => boolean): Set<Item | string> {
  const data = new Set<Item | string>()
  const seen = new Set([user])
  for (const item of seen) {
    for (const { target, isBranch } of view.references.get(item) ?? []) {
      if (target.kind === 'symbol') {
        if (!isBranch) data.add(target.name)
      } else if (target.item.kind === 'function') {
        if (!hasCounterpart(target.item) || view.coldPartOf.get(target.item) === user) seen.add(target.item)
      } else if (
        target.item.kind === 'data' &&
        !isByContent(target.item) &&
        !isOnceMark(target.item) &&
        !isFreshCopyHarmless(target.item.name)
      ) {
        data.add(target.item)
      }
    }
  }
  return data
}
