import { copyBytes } from '../base/mod.ts'
import type { Pair } from './compare.ts'
import { type Item, isReadOnly } from './item.ts'
import { isDataNamed } from './obey-marks.ts'
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
    const reason = whyNot(pair, original, item)
    if (reason !== undefined) refusals.push({ code: 'data-not-settable', unit, subject: item.name, reason })
    else settings.push({ original, patched: item, before: valueOf(original), after: valueOf(item) })
  }
  return { settings, refusals, rest }
}

function whyNot(pair: Pair, original: Item, patched: Item): string | undefined {
  const { name } = original.section
  if (isReadOnly(original) || name === '.data..ro_after_init') return `the running kernel holds it read-only (${name}): a write would fault`
  if (isPerCpuSection(name)) return 'every CPU has a copy of its own'
  const pointers = pair.original.references.get(original) ?? pair.patched.references.get(patched) ?? []
  if (pointers.length > 0)
    return `its value holds pointers (the first at offset ${pointers[0]?.offset ?? 0}), which a comparison of bytes does not see`
  const isKey = pair.original.entries.some(
    ({ table, references }) =>
      table.section === '__jump_table' && references.some(({ target }) => target.kind === 'item' && target.item === original),
  )
  return isKey ? 'it is a static key: the code that it switches would not follow' : undefined
}

function valueOf({ data, size }: Item): Uint8Array {
  return data.length === 0 ? new Uint8Array(size) : copyBytes(data)
}
