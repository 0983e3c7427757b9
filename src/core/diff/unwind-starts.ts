import { R_X86_64 } from '../arch/mod.ts'
import type { Item } from './item.ts'
import type { SpecialEntry } from './special-entries.ts'
import { ORC_IP } from './special-sections.ts'

/**
 * objtool writes an unwind record only where the state changes. In a section of several functions, one may start with the state in which the one
 * before it ended, and so without a record of its own: cut out, it would be unwound by whatever comes to lie before it. Returns the records that
 * such functions need.
 */
export function missingUnwindStarts(items: readonly Item[], entries: readonly SpecialEntry[]): SpecialEntry[] {
  const records = Map.groupBy(
    entries.filter(({ table, owner }) => table.section === ORC_IP && owner !== undefined),
    ({ owner }) => owner?.section.index,
  )
  const functions = Map.groupBy(
    items.filter((item) => item.kind === 'function' && item.size > 0),
    (item) => item.section.index,
  )
  return [...records].flatMap(([section, list]) => {
    const sorted = list.toSorted((a, b) => placeOf(a) - placeOf(b))
    let next = 0
    return (functions.get(section ?? 0) ?? []).flatMap((item) => {
      const begin = item.start - item.padding
      for (let entry = sorted[next]; entry !== undefined && placeOf(entry) <= begin; entry = sorted[next]) next++
      const last = sorted[next - 1]
      if (last === undefined || placeOf(last) === begin) return []
      const target = { kind: 'item' as const, item, offset: -item.padding }
      const reference = { offset: 0, type: R_X86_64.PC32, target, bias: 0, isBranch: false }
      return [{ ...last, data: new Uint8Array(last.data.length), owner: item, references: [reference] }]
    })
  })
}

/** Offset in its section of the place that an entry describes. */
function placeOf({ owner, references }: SpecialEntry): number {
  return (owner?.start ?? 0) + (references[0]?.target.offset ?? 0)
}
