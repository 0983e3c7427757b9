import { type Pair, isByContent } from './compare.ts'
import type { Inclusion } from './include.ts'
import { type Item, isReadOnly } from './item.ts'
import { isFreshCopyHarmless, stableName } from './names.ts'
import type { ObjectView } from './object-view.ts'
import { isOnceMark } from './once-marks.ts'
import type { Note } from './refusal.ts'
import { isPerCpuSection } from './section-role.ts'

/**
 * State that the patched source no longer has, where a function that went by it goes by new state of the same size instead: most likely it only has another
 * name now, and the live patch starts with it as it was at boot. (One of the same name is refused or continued: include.ts.)
 */
export function noteGoneState(unit: string, pair: Pair, inclusion: Inclusion): Note[] {
  const continued = new Set(pair.correlation.values())
  const fresh = inclusion.carried.filter((item) => isState(item) && !pair.correlation.has(item))
  const gone = pair.original.items.filter((item) => isState(item) && !continued.has(item))
  if (fresh.length === 0 || gone.length === 0) return []
  const [before, after] = [usersOf(pair.original, gone), usersOf(pair.patched, fresh)]
  return fresh.flatMap((item): Note[] => {
    const users = (after.get(item) ?? []).map((user) => pair.correlation.get(user))
    const names = gone
      .filter((old) => isLike(old, item) && before.get(old)?.some((user) => users.includes(user)) === true)
      .map(({ name }) => name)
    if (names.length === 0) return []
    const text = `new, while ${names.join(', ')} goes: what the running kernel holds there does not come along`
    return [{ unit, subject: item.name, text }]
  })
}

function isState(item: Item): boolean {
  const isPlain = item.kind === 'data' && item.size > 0 && !item.isInit && !isReadOnly(item)
  return isPlain && !isByContent(item) && !isFreshCopyHarmless(item.name) && !isOnceMark(item)
}

function isLike(gone: Item, fresh: Item): boolean {
  const isOnSameCpu = isPerCpuSection(gone.section.name) === isPerCpuSection(fresh.section.name)
  return gone.size === fresh.size && isOnSameCpu && stableName(gone.name) !== stableName(fresh.name)
}

/** The functions that refer to each item, a cold part as its function. */
function usersOf({ references, coldPartOf }: ObjectView, items: readonly Item[]): Map<Item, Item[]> {
  const users = new Map(items.map((item): [Item, Item[]] => [item, []]))
  for (const [user, own] of references) {
    for (const { target } of own)
      if (target.kind === 'item' && user.kind === 'function') users.get(target.item)?.push(coldPartOf.get(user) ?? user)
  }
  return users
}
