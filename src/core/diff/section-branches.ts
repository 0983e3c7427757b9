import { decodeInstructions } from '../arch/mod.ts'
import { type Item, type Reference, lastStartingAt } from './item.ts'
import type { ObjectView } from './object-view.ts'

/**
 * Where a function that shares its section calls or jumps to outside itself without a relocation, counted from its entry: the assembler resolves a
 * branch within a section by itself.
 */
export function branchesWithinSection(item: Item, references: readonly Reference[]): number[] {
  if (item.kind !== 'function' || item.padding + item.size === item.section.size) return []
  const relocated = new Set(references.map(({ offset }) => offset))
  return decodeInstructions(item.data).flatMap(({ offset, length, branchTarget }) => {
    if (branchTarget === undefined || (branchTarget >= 0 && branchTarget < item.size)) return []
    return [...Array(length).keys()].some((i) => relocated.has(offset + i)) ? [] : [branchTarget]
  })
}

/** What those branches lead to, in the order of the code. */
export function targetsWithinSection(view: ObjectView, item: Item): { readonly item: Item; readonly offset: number }[] {
  const offsets = branchesWithinSection(item, view.references.get(item) ?? [])
  if (offsets.length === 0) return []
  const functions = view.items.filter(({ kind, section }) => kind === 'function' && section === item.section)
  return offsets.flatMap((offset) => {
    const target = functions[lastStartingAt(functions, item.start + offset)]
    return target === undefined ? [] : [{ item: target, offset: item.start + offset - target.start }]
  })
}
