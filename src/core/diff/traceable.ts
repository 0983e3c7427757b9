import type { Pair } from './compare.ts'
import type { Item } from './item.ts'
import { parentOfCold } from './names.ts'
import type { ObjectView } from './object-view.ts'

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
  const pending = [...changed]
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const original = pair.correlation.get(item)
    if (original === undefined || item.isInit || copied.has(item) || parentOfCold(item.name) !== undefined) continue
    if (isTraceable(pair.original, original) || original.bind !== 'local') continue
    const before = callersOf(pair.original, original)
    const after = callersOf(pair.patched, item)
    if (before === undefined || after === undefined || before.size === 0) continue
    const continued = new Set(before)
    const mine = [...after].filter((caller) => continued.delete(pair.correlation.get(caller) ?? caller))
    // A caller that calls it no more, or is gone, must be among the changed ones already, or the old code would stay in use.
    if ([...continued].some((caller) => !isReplaced(pair, changed, caller))) continue
    copied.add(item)
    for (const caller of mine) {
      callers.add(caller)
      pending.push(caller)
    }
  }
  return { callers: [...callers], copied }
}

function isReplaced(pair: Pair, changed: ReadonlySet<Item>, original: Item): boolean {
  return original.isInit || [...changed].some((item) => pair.correlation.get(item) === original)
}

/** The functions that call one, a cold part counted as its function; undefined when its address is kept somewhere. */
function callersOf(view: ObjectView, callee: Item): Set<Item> | undefined {
  const byName = new Map(view.items.filter((item) => item.kind === 'function').map((item) => [item.name, item]))
  const callers = new Set<Item>()
  for (const [user, references] of view.references) {
    const uses = references.filter(({ target }) => target.kind === 'item' && target.item === callee)
    const whole = byName.get(parentOfCold(user.name) ?? '') ?? user
    if (uses.length === 0 || whole === callee || parentOfCold(user.name) === callee.name) continue
    if (user.kind !== 'function' || uses.some(({ isBranch }) => !isBranch)) return undefined
    if (!whole.isInit) callers.add(whole)
  }
  const isKept = view.entries.some(
    ({ owner, references }) => owner !== callee && references.some(({ target }) => target.kind === 'item' && target.item === callee),
  )
  return isKept ? undefined : callers
}
