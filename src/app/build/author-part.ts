import { Fault, hexFromBytes } from '../../core/base/mod.ts'
import type { Manifest } from '../../core/bundle/mod.ts'
import { type UnitDiff, isWanted } from '../../core/diff/mod.ts'
import { type ResolvedUnit, statesOf } from '../../core/klp/mod.ts'

/** What the patch's author adds to its functions, for the manifest. */
export function authorPart(units: readonly ResolvedUnit[]): Pick<Manifest, 'callbacks' | 'data' | 'states' | 'forced' | 'ignored'> {
  return {
    callbacks: units.flatMap(({ object, diff }) =>
      diff.callbacks.map(({ when, item }) => ({ object, when, function: item.name, unit: diff.unit })),
    ),
    data: units.flatMap(({ object, diff }) =>
      diff.settings.map(({ original, before, after }) => ({
        object,
        name: original.name,
        unit: diff.unit,
        sizeBytes: original.size,
        before: hexFromBytes(before),
        after: hexFromBytes(after),
      })),
    ),
    states: statesOf(units).map(({ id, version }) => ({ id: `${id}`, version })),
    forced: namesOf(units, 'forced'),
    ignored: namesOf(units, 'ignored'),
  }
}

function namesOf(units: readonly ResolvedUnit[], kind: 'forced' | 'ignored') {
  return units.flatMap(({ diff }) => diff[kind].map((item) => ({ unit: diff.unit, name: item.name })))
}

/** Faults: usage/set-data when nothing that is to be set was found. */
export function checkSetData(wanted: readonly string[], diffs: readonly UnitDiff[]): void {
  const missing = wanted.filter((name) => !diffs.some((diff) => isFound(name, diff)))
  if (missing.length === 0) return
  throw new Fault(
    'usage/set-data',
    `Cannot set ${missing.join(', ')}: the patch changes the initial value of no variable of ${missing.length === 1 ? 'this name' : 'these names'}`,
    { try: 'take --set-data off; a value that only code uses (a constant, a variable that nothing writes) changes with the code' },
  )
}

function isFound(name: string, { unit, settings, refusals }: UnitDiff): boolean {
  const bare = name.slice(name.indexOf(':') + 1)
  return (
    settings.some(({ patched }) => isWanted(name, unit, patched)) || refusals.some(({ subject }) => subject.replace(/\.\d+$/, '') === bare)
  )
}
