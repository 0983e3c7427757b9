import { copyBytes } from '../base/mod.ts'
import type { Pair } from './compare.ts'
import { type Item, isReadOnly } from './item.ts'
import { isDataNamed } from './obey-marks.ts'
import { describeMisplaced } from './places.ts'
import type { Refusal } from './refusal.ts'
import { isPerCpuSection } from './section-role.ts'

/** A variable of the running kernel that gets its new initial value from a generated callback. */
export interface DataSetting {
  readonly original: Item
  readonly patched: Item
  readonly before: Uint8Array
  readonly after: Uint8Array
}

export interface Settings {
  readonly settings: readonly DataSetting[]
  readonly refusals: readonly Refusal[]
  /** Changed data that nobody wants set. */
  readonly rest: readonly Item[]
}

/** Whether `wanted` (`name` or `unit:name`) means this variable. */
export function isWanted(wanted: string, unit: string, item: Item): boolean {
  const colon = wanted.indexOf(':')
  return colon < 0 ? isDataNamed(item, wanted) : wanted.slice(0, colon) === unit && isDataNamed(item, wanted.slice(colon + 1))
}

/** Of the data that changed, what is to be set, and why it cannot be. Resized data stays with the rest: no value fits it. */
export function planSettings(pair: Pair, changedData: readonly Item[], wanted: readonly string[], unit: string): Settings {
  const settings: DataSetting[] = []
  const refusals: Refusal[] = []
  const rest: Item[] = []
  for (const item of changedData) {
    const original = pair.correlation.get(item)
    if (original === undefined || original.size !== item.size || !wanted.some((name) => isWanted(name, unit, item))) {
      rest.push(item)
      continue
    }
    const obstacle = findObstacle(pair, original, item)
    if (obstacle !== undefined) refusals.push({ code: 'data-not-settable', unit, subject: item.name, ...obstacle })
    else settings.push({ original, patched: item, before: valueOf(original), after: valueOf(item) })
  }
  return { settings, refusals, rest }
}

export interface Obstacle {
  readonly reason: string
  readonly advice: string
}

/** Why a variable's new initial value cannot be set as bytes, and what can be done instead; undefined when it can be. */
export function findObstacle(pair: Pair, original: Item, patched: Item): Obstacle | undefined {
  const { name } = original.section
  if (isReadOnly(original) || name === '.data..ro_after_init') {
    const reason = `the running kernel holds it read-only (${name}): a write would fault`
    const advice =
      'neither --set-data nor a callback can write what the running kernel holds read-only: let the functions that are replaced use a variable of another name, change those that it points to, or leave it as it is'
    return { reason, advice }
  }
  const misplaced = describeMisplaced(original, patched)
  if (misplaced !== undefined)
    return { reason: misplaced, advice: 'leave it where it is, or let the functions that are replaced use a variable of another name' }
  if (isPerCpuSection(name))
    return { reason: 'every CPU has a copy of its own', advice: inCallback('in all of its copies (for_each_possible_cpu)') }
  const pointers = pair.original.references.get(original) ?? pair.patched.references.get(patched) ?? []
  if (pointers.length > 0) {
    const reason = `its value holds pointers (the first at offset ${pointers[0]?.offset ?? 0}), which a comparison of bytes does not see`
    return { reason, advice: inCallback('where nothing has a reason to have changed it') }
  }
  const isKey = pair.original.entries.some(
    ({ table, references }) =>
      table.section === '__jump_table' && references.some(({ target }) => target.kind === 'item' && target.item === original),
  )
  if (!isKey) return undefined
  const reason = 'it is a static key: the code that it switches would not follow'
  return { reason, advice: inCallback('by static_branch_enable or static_branch_disable') }
}

function inCallback(how: string): string {
  return `the running kernel holds its own, which --set-data cannot set: set it from a callback, ${how}, and mark it KMEND_IGNORE_DATA (kmend/livepatch.h), or leave it as it is`
}

function valueOf({ data, size }: Item): Uint8Array {
  return data.length === 0 ? new Uint8Array(size) : copyBytes(data)
}
