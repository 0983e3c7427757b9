import { type UnitDiff, wholeName } from '../../core/diff/mod.ts'

/** Functions and data that a unit's patched code brings. */
export function carriedNames(diff: UnitDiff): Set<string> {
  return new Set(diff.inclusion.carried.filter(({ kind }) => kind === 'function' || kind === 'data').map(wholeName))
}

/** Original functions that run no more: replaced, or gone with what called them. */
export function supersededNames(diff: UnitDiff): Set<string> {
  const gone = diff.removed.filter(({ kind, isInit }) => kind === 'function' && !isInit).map(wholeName)
  return new Set([...diff.replaced.map(({ original }) => original.name), ...gone])
}
