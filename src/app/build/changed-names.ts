import { type UnitDiff, wholeName } from '../../core/diff/mod.ts'

/** Functions and data that a unit's patched code brings. */
export function carriedNames(diff: UnitDiff): Set<string> {
  return new Set(diff.inclusion.carried.filter(({ kind }) => kind === 'function' || kind === 'data').map(wholeName))
}

/** Original functions that are replaced. */
export function replacedNames(diff: UnitDiff): Set<string> {
  return new Set(diff.replaced.map(({ original }) => original.name))
}
