import type { ElfFile } from '../elf/mod.ts'
import { findChanges } from './changes.ts'
import { isByContent } from './compare.ts'
import { correlate } from './correlate.ts'
import type { Item } from './item.ts'
import { parentOfCold } from './names.ts'
import { viewObject } from './object-view.ts'
import type { SpecialTable } from './special-sections.ts'

/**
 * Names of the functions and data that come out otherwise when only something that they may depend on is changed: `disturbed` is the same unit
 * compiled with that change. A cold part counts as its function.
 */
export function findDependents(unit: ElfFile, disturbed: ElfFile, tables: readonly SpecialTable[]): ReadonlySet<string> {
  const original = viewObject(unit, tables)
  const patched = viewObject(disturbed, tables)
  const { correlation } = correlate(original, patched)
  const changes = findChanges({ original, patched, correlation })
  const differing = [...changes.changed, ...changes.changedData, ...changes.copiedConstants].map((item) => correlation.get(item))
  const continued = new Set(correlation.values())
  const gone = original.items.filter(
    (item) => (item.kind === 'function' || item.kind === 'data') && item.size > 0 && !isByContent(item) && !continued.has(item),
  )
  return new Set([...differing, ...gone].filter((item) => item !== undefined).map(wholeName))
}

/** The name that a function goes by together with its cold part. */
export function wholeName({ name }: Item): string {
  return parentOfCold(name) ?? name
}
