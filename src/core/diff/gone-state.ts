import { type Pair, isByContent } from './compare.ts'
import type { Inclusion } from './include.ts'
import { type Item, isReadOnly } from './item.ts'
import { isFreshCopyHarmless, stableName } from './names.ts'
import type { ObjectView } from './object-view.ts'
import { isOnceMark } from './once-marks.ts'
import type { Note, Refusal } from './refusal.ts'
import { isPerCpuSection } from './section-role.ts'

/** State that the patched source no longer has, and state that only it has. */
export interface Turnover {
  readonly gone: readonly Item[]
  readonly fresh: readonly Item[]
}

export function findTurnover({ original, correlation }: Pair, inclusion: Inclusion): Turnover {
  const continued = new Set(correlation.values())
  return {
    gone: original.items.filter((item) => isState(item) && !continued.has(item)),
    fresh: inclusion.carried.filter((item) => isState(item) && !correlation.has(item)),
  }
}

/**
 * State that goes, where a function that went by it goes by new state instead: most likely it only has another name now, or is one per CPU, and the live patch
 * starts with it as it was at boot. (A function's own of the same name is refused or continued: include.ts.)
 */
export function noteGoneState(unit: string, pair: Pair, { gone, fresh }: Turnover): Note[] {
  if (fresh.length === 0 || gone.length === 0) return []
  const [before, after] = [usersOf(pair.original, gone), usersOf(pair.patched, fresh)]
  return fresh.flatMap((item): Note[] => {
    const users = (after.get(item) ?? []).map((user) => pair.correlation.get(user))
    const others = gone.filter((old) => isLike(old, item) && before.get(old)?.some((user) => users.includes(user)) === true)
    if (others.length === 0) return []
    const names = others.map((old) => (old.name === item.name ? `${old.name} (${isPerCpu(old) ? '' : 'not '}per CPU)` : old.name))
    const text = `new, while ${names.join(', ')} goes: what the running kernel holds there does not come along`
    return [{ unit, subject: item.name, text }]
  })
}

interface UnitTurnover {
  readonly unit: string
  readonly turnover: Turnover
}

/**
 * State that goes in one file and comes in another, under the same name: moved there, with what the running kernel holds in it left behind. (Where both are global, the
 * running kernel has one of that name: klp/checks.ts.)
 */
export function refuseMovedState(units: readonly UnitTurnover[]): Refusal[] {
  const gone = Map.groupBy(
    units.flatMap(({ unit, turnover }) => turnover.gone.map((item) => ({ unit, item }))),
    ({ item }) => stableName(item.name),
  )
  return units.flatMap(({ unit, turnover }) =>
    turnover.fresh.flatMap((item): Refusal[] => {
      const moved = gone
        .get(stableName(item.name))
        ?.find((old) => old.unit !== unit && old.item.size === item.size && (old.item.bind === 'local' || item.bind === 'local'))
      if (moved === undefined) return []
      const reason = `the patch brings it as new, and it could be that of ${moved.unit}, which goes: what the running kernel holds there would not come along`
      return [{ code: 'already-there', unit, subject: item.name, reason }]
    }),
  )
}

function isState(item: Item): boolean {
  const isPlain = item.kind === 'data' && item.size > 0 && !item.isInit && !isReadOnly(item)
  return isPlain && !isByContent(item) && !isFreshCopyHarmless(item.name) && !isOnceMark(item)
}

function isLike(gone: Item, fresh: Item): boolean {
  const isOnSameCpu = isPerCpu(gone) === isPerCpu(fresh)
  if (stableName(gone.name) === stableName(fresh.name)) return !isOnSameCpu
  return gone.size === fresh.size && isOnSameCpu
}

function isPerCpu({ section }: Item): boolean {
  return isPerCpuSection(section.name)
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
