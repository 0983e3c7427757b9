import { type UnitCommand, sourceFile } from '../../core/kernel/mod.ts'
import type { PatchedUnitsRequest } from './patched-units.ts'

/**
 * A few units that together see every changed header. Compiled first, they find the header that cannot be taken before the hundreds of units that include it
 * fail at it one by one.
 */
export function chooseScouts({ files, units, unitsOf }: Pick<PatchedUnitsRequest, 'files' | 'units' | 'unitsOf'>): UnitCommand[] {
  const sources = new Set(units.map(sourceFile))
  const headersOf = new Map<string, Set<string>>()
  for (const { path, atoms } of files) {
    if (sources.has(path)) continue
    for (const atom of atoms) {
      if (!atom.isCode) continue
      for (const source of unitsOf.get(atom.id) ?? []) headersOf.set(source, (headersOf.get(source) ?? new Set()).add(path))
    }
  }
  const seen = new Set<string>()
  const chosen = new Set<string>()
  // Those that see most come first, so that few are enough.
  for (const [source, headers] of [...headersOf].toSorted(([, a], [, b]) => b.size - a.size)) {
    if ([...headers].every((header) => seen.has(header))) continue
    chosen.add(source)
    for (const header of headers) seen.add(header)
  }
  return units.filter((unit) => chosen.has(sourceFile(unit)))
}
