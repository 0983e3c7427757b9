import type { Inclusion } from './include.ts'
import { type Item, isNameless } from './item.ts'
import { holdsPlacesIn } from './label-tables.ts'
import type { ObjectView } from './object-view.ts'
import type { Refusal } from './refusal.ts'

/**
 * A table that describes places inside code and that is none of the special sections: some part of the kernel acts on those places, often by rewriting
 * them at boot, and does so for its own tables only. The copy in a live patch would be left as the compiler made it.
 */
export function refuseUnknownTables(unit: string, view: ObjectView, inclusion: Inclusion): Refusal[] {
  const carried = new Set(inclusion.carried)
  const functions = inclusion.carried.filter((item) => item.kind === 'function')
  const tables = view.items.filter((item) => isFromMacro(item) && !item.isInit && !carried.has(item))
  return tables.flatMap((table) =>
    functions
      .filter((item) => holdsPlacesIn(view, table, new Set([item])))
      .map((item) => ({
        code: 'unknown-table' as const,
        unit,
        subject: item.name,
        reason: `${table.section.name} describes places in its code, and what the kernel does to them is not known here`,
      })),
  )
}

/** What assembly in a macro makes; what the compiler makes of C has a name. */
function isFromMacro(item: Item): boolean {
  return (item.kind === 'data' || item.kind === 'constant') && isNameless(item)
}
