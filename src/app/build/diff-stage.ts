import { type Refusal, type SpecialTable, type UnitDiff, diffObjects } from '../../core/diff/mod.ts'
import { type ThreadFunctions, threadsStayIn } from '../../core/source/mod.ts'
import type { ElfFile } from '../../core/elf/mod.ts'
import { type UnitCommand, sourceFile } from '../../core/kernel/mod.ts'
import { goneGlobals } from '../../core/klp/mod.ts'
import { objectPath } from './compile-stage.ts'
import type { BuildPorts } from './ports.ts'
import { readObject } from './read-object.ts'
import { type LayoutChange, nameOfLayout, newStructs } from '../../core/types/mod.ts'
import { type NamesByTypes, namesByTypes } from './names-by-types.ts'
import { layoutChangesOf, tellingNamesOf } from './type-stage.ts'
import type { TypedUnit } from './typed-unit.ts'

export interface DiffStageRequest {
  /** Of the original source. */
  readonly tree: string
  readonly threads: ThreadFunctions
  readonly units: readonly UnitCommand[]
  readonly originals: string
  readonly patched: string
  readonly tables: readonly SpecialTable[]
  readonly setData: readonly string[]
  readonly allowThreadLoop: readonly string[]
  /** What was compared before, where a build is made again with a few units changed. */
  readonly memory?: DiffMemory | undefined
}

/** By a unit's output: its last comparison, and the digest of the patched object that it was. */
export type DiffMemory = Map<string, Comparison & { readonly digest: string }>

interface Comparison {
  /** Undefined when nothing of it is left: then its objects need not be kept in memory, which are most of an update's. */
  readonly compared: ComparedUnit | undefined
  /** The types that it shows to differ, whatever is left of it. */
  readonly changes: readonly LayoutChange[]
}

/** A unit by all that is asked of its objects, which need not be read again for it. */
export interface ComparedUnit extends DiffedUnit {
  readonly changes: readonly LayoutChange[]
  readonly telling: TypedUnit['telling']
  readonly names: NamesByTypes
  /** Structs and unions that only its patched source knows, with their sizes. */
  readonly newStructs: ReadonlyMap<string, number>
}

export interface DiffedUnit {
  readonly unit: UnitCommand
  readonly diff: UnitDiff
}

export interface DiffStage {
  /** Units with something to replace, to add, or to refuse. */
  readonly changed: readonly DiffedUnit[]
  /** Those, and units of which nothing differs but what is left out, weak no more, or gone. */
  readonly touched: readonly ComparedUnit[]
  readonly unitCount: number
  readonly refusals: readonly Refusal[]
  readonly notes: UnitDiff['notes']
  /** Units with code to carry whose types differ. */
  readonly typed: readonly TypedUnit[]
}

/** Stage 4: what changed, unit by unit, and every reason why it may not be patched. */
export async function diffStage(request: DiffStageRequest, ports: BuildPorts): Promise<DiffStage> {
  const units: ComparedUnit[] = []
  const shown = new Map<string, LayoutChange>()
  for (const [index, unit] of request.units.entries()) {
    if (index % 10 === 9) ports.progress(`diff: compared ${index + 1} of ${request.units.length} units`)
    const { compared, changes } = await compareUnit(unit, request, ports)
    for (const change of changes) shown.set(nameOfLayout(change), change)
    if (compared !== undefined) units.push(compared)
  }
  return {
    changed: units.filter(({ diff }) => !isEmpty(diff)),
    touched: units,
    unitCount: request.units.length,
    refusals: units.flatMap(({ diff }) => diff.refusals),
    typed: units.flatMap((unit) => typedUnit(unit, shown)),
    notes: units.flatMap(({ diff }) => diff.notes),
  }
}

/** A type that changes, and that this unit's patched source is the first to know, is a changed one here as well: its objects are of the old layout. */
function typedUnit(
  { unit, diff, changes, telling, newStructs: fresh }: ComparedUnit,
  shown: ReadonlyMap<string, LayoutChange>,
): TypedUnit[] {
  const own = new Set(changes.map(nameOfLayout))
  const met = [...shown].flatMap(([name, change]) => (!own.has(name) && fresh.get(name) === change.newSize ? [change] : []))
  return changes.length + met.length === 0 ? [] : [{ unit, diff, changes: [...changes, ...met], telling }]
}

/**
 * Compares units one by one while others are still being compiled, so that the diff finds most of them in its memory. What cannot be compared is told there.
 */
export function diffAhead(request: Omit<DiffStageRequest, 'units'>, ports: BuildPorts) {
  const compareOne = async (unit: UnitCommand) => {
    try {
      await compareUnit(unit, { ...request, units: [] }, ports)
    } catch {
      // The diff comes to the same fault.
    }
  }
  let last = Promise.resolve()
  return {
    add(unit: UnitCommand): void {
      last = last.then(() => compareOne(unit))
    },
    /** Once all of them are compared. */
    ended: () => last,
  }
}

/** Looks at a unit's functions, data and types; only at its digest where nothing has changed since it was last looked at. */
async function compareUnit(unit: UnitCommand, request: DiffStageRequest, ports: BuildPorts): Promise<Comparison> {
  const digest = request.memory === undefined ? '' : ports.digest(await ports.files.readBytes(objectPath(request.patched, unit)))
  const known = request.memory?.get(unit.output)
  if (known?.digest === digest) return known
  const { diff, original, patched } = await diffUnit(unit, request, ports)
  const changes = layoutChangesOf(original, patched)
  const isLeft = !isEmpty(diff) || diff.notes.length > 0 || diff.madeStrong.length > 0 || goneGlobals(diff).length > 0
  const compared = isLeft ? describeUnit({ unit, diff, original, patched }, changes) : undefined
  request.memory?.set(unit.output, { digest, compared, changes })
  return { compared, changes }
}

function describeUnit(
  { unit, diff, original, patched }: Awaited<ReturnType<typeof diffUnit>>,
  changes: readonly LayoutChange[],
): ComparedUnit {
  return {
    unit,
    diff,
    changes,
    telling: tellingNamesOf(changes, original, patched),
    names: namesByTypes(diff, original, patched),
    newStructs: newStructs(original, patched),
  }
}

/** Compares one unit. `code` is the object that the patch carries, where it is not the patched one. */
export async function diffUnit(
  unit: UnitCommand,
  request: Omit<DiffStageRequest, 'units'> & { readonly code?: string },
  ports: BuildPorts,
): Promise<DiffedUnit & { readonly original: ElfFile; readonly patched: ElfFile }> {
  const original = await readObject(objectPath(request.originals, unit), ports)
  const patched = await readObject(objectPath(request.patched, unit), ports)
  const code = request.code === undefined ? undefined : await readObject(request.code, ports)
  const { tables, setData, allowThreadLoop } = request
  const path = sourceFile(unit)
  const stayIn = threadsStayIn(request.threads, path, await ports.files.readText(`${request.tree}/${path}`))
  const diff = diffObjects({ unit: path, original, patched, code, tables, setData, allowThreadLoop, threadsStayIn: stayIn })
  return { unit, diff, original, patched }
}

function isEmpty(diff: UnitDiff): boolean {
  return diff.inclusion.carried.length === 0 && diff.refusals.length === 0 && diff.settings.length === 0 && diff.states.length === 0
}
