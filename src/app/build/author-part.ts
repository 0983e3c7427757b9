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

/** What a request makes an exception for, by name. A name that nothing has is a slip, which nobody would notice otherwise. */
export interface NamedExceptions {
  readonly setData: readonly string[]
  readonly allowLayout: readonly string[]
  readonly allowThreadLoop: readonly string[]
}

/** Faults: usage/set-data, usage/allow-layout, usage/allow-thread-loop. */
export function checkExceptions(
  { setData, allowLayout, allowThreadLoop }: NamedExceptions,
  { diffs, changedTypes }: { readonly diffs: readonly UnitDiff[]; readonly changedTypes: readonly string[] },
): void {
  checkSetData(setData, diffs)
  const types = [...new Set(changedTypes)].toSorted()
  const noTypes = allowLayout.filter((name) => !types.includes(name))
  if (noTypes.length > 0)
    throw new Fault(
      'usage/allow-layout',
      `Cannot allow ${noTypes.join(', ')} to change: the patch changes no struct, union or enum of ${ofNames(noTypes)}`,
      {
        try:
          types.length === 0
            ? 'take --allow-layout off: it changes none at all'
            : `take --allow-layout off, or name one that changes: ${shown(types)}`,
      },
    )
  const noLoops = allowThreadLoop.filter((name) => !diffs.some(({ allowedLoops }) => allowedLoops.includes(name)))
  if (noLoops.length === 0) return
  const loops = diffs.flatMap(({ refusals }) => refusals.flatMap(({ code, subject }) => (code === 'thread-loop' ? [subject] : [])))
  throw new Fault(
    'usage/allow-thread-loop',
    `Cannot allow ${noLoops.join(', ')} to be replaced: the patch replaces no function of ${ofNames(noLoops)} that a kernel thread may stay in`,
    {
      try:
        loops.length === 0 ? 'take --allow-thread-loop off' : `take --allow-thread-loop off, or name one that is refused: ${shown(loops)}`,
    },
  )
}

function ofNames(names: readonly string[]): string {
  return names.length === 1 ? 'this name' : 'these names'
}

function shown(names: readonly string[]): string {
  return names.slice(0, 8).join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '')
}

function checkSetData(wanted: readonly string[], diffs: readonly UnitDiff[]): void {
  const missing = wanted.filter((name) => !diffs.some((diff) => isFound(name, diff)))
  if (missing.length === 0) return
  throw new Fault(
    'usage/set-data',
    `Cannot set ${missing.join(', ')}: the patch changes the initial value of no variable of ${ofNames(missing)}`,
    { try: 'take --set-data off; a value that only code uses (a constant, a variable that nothing writes) changes with the code' },
  )
}

function isFound(name: string, { unit, settings, refusals }: UnitDiff): boolean {
  const bare = name.slice(name.indexOf(':') + 1)
  return (
    settings.some(({ patched }) => isWanted(name, unit, patched)) || refusals.some(({ subject }) => subject.replace(/\.\d+$/, '') === bare)
  )
}
