import { decodeInstructions } from '../arch/mod.ts'
import type { Item, Reference } from './item.ts'

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
