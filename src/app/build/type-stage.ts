import { type Note, type Refusal, findDependents } from '../../core/diff/mod.ts'
import type { ElfFile } from '../../core/elf/mod.ts'
import { sourceFile } from '../../core/kernel/mod.ts'
import {
  type LayoutChange,
  asInOriginal,
  compareLayouts,
  disturbLayouts,
  formatLayoutChange,
  haveSameTypes,
  isDisturbed,
  isGrownBound,
  nameOfLayout,
  tellingNames,
  typesOf,
} from '../../core/types/mod.ts'
import { carriedNames, supersededNames } from './changed-names.ts'
import { DIFF_FLAGS } from './compile-stage.ts'
import type { BuildPorts } from './ports.ts'
import { readObject } from './read-object.ts'
import { type StackVerdict, stackStage } from './stack-stage.ts'
import { seenInText } from './text-witness.ts'
import { type CompiledSide, PREPROCESS_FLAGS, type SeenLayout, type TypeStageRequest, type TypedUnit, readSide } from './typed-unit.ts'

/** The types of a unit that differ between its two objects. What is read of the objects is their .BTF section. */
export function layoutChangesOf(original: ElfFile, patched: ElfFile): LayoutChange[] {
  return haveSameTypes(original, patched) ? [] : compareLayouts(typesOf(original), typesOf(patched))
}

/** What the source can tell of those types. As long as both objects are at hand: to read their types again takes longer than all that is asked of them. */
export function tellingNamesOf(changes: readonly LayoutChange[], original: ElfFile, patched: ElfFile): TypedUnit['telling'] {
  return changes.length === 0 ? new Map() : tellingNames(changes, typesOf(original), typesOf(patched))
}

/**
 * Which of the functions that the patch carries depend on a type that it changes: each such unit is compiled once more with the type changed
 * further in the same place, and what comes out otherwise depends on it. docs/decisions/0008-layout-by-disturbance.md
 */
export async function typeStage(
  request: TypeStageRequest,
  ports: BuildPorts,
): Promise<{ readonly refusals: readonly Refusal[]; readonly notes: readonly Note[] }> {
  const units = request.units.flatMap((unit) => {
    const changes = unit.changes.filter((change) => !request.allowLayout.includes(change.name))
    return changes.length > 0 && carriedNames(unit.diff).size > 0 ? [{ ...unit, changes }] : []
  })
  if (units.length === 0) return { refusals: [], notes: [] }
  ports.progress(`types: ${units.length} unit${units.length === 1 ? '' : 's'} with changed types, looking for the functions that see them`)
  // The source of all units first: what it shows, no compiler is asked about. It does not name all who see a type, as a single fix's refusal has to.
  const seenAtOnce = request.isWitnessEnough ? await seenInText(request, units, ports) : []
  const asked = withoutTypes(units, namesSeen(seenAtOnce))
  const seen = await seenInPatched(request, asked, ports)
  const known = request.isWitnessEnough ? namesSeen(seen) : new Set<string>()
  const seenBefore = await seenInOriginal(request, withoutTypes(asked, known), ports)
  // From here on it only counts that somebody sees a type: whether it lives on the stack alone is shown anew, with all who go by it.
  const types = Map.groupBy([...seenAtOnce, ...seen, ...seenBefore], ({ change }) => nameOfLayout(change))
  const judged: { readonly layouts: readonly SeenLayout[]; readonly stack: StackVerdict }[] = []
  for (const layouts of types.values()) judged.push({ layouts, stack: await stackStage({ ...request, layouts }, ports) })
  return {
    refusals: judged.flatMap(({ layouts, stack }) => refuseLayout(layouts, stack)),
    notes: judged.flatMap(({ layouts, stack }) => noteLayout(layouts, stack)),
  }
}

/** Patched code that goes by the new layout. */
async function seenInPatched(request: TypeStageRequest, units: readonly TypedUnit[], ports: BuildPorts): Promise<SeenLayout[]> {
  return ask({ ...request, side: request.patched, name: 'patched', units }, ports)
}

/**
 * A member that is no more has no place in the patched type. What used it, to fill it in perhaps, does so no more, while tasks that have not
 * gone over to the patch still rely on it: original code that goes by the old layout, of what is replaced or gone.
 */
async function seenInOriginal(request: TypeStageRequest, units: readonly TypedUnit[], ports: BuildPorts): Promise<SeenLayout[]> {
  const swapped: TypedUnit[] = []
  for (const unit of units) {
    const removed = new Set(
      unit.changes.filter(({ members }) => members.some(({ change }) => change === 'removed')).map((change) => nameOfLayout(change)),
    )
    if (removed.size === 0) continue
    const [original, patched] = await Promise.all([readSide(request.original, unit, ports), readSide(request.patched, unit, ports)])
    const layouts = compareLayouts(typesOf(patched), typesOf(original)).filter(({ place }) => place.kind !== 'enum')
    const enums = unit.changes.flatMap((change) => asInOriginal(change) ?? [])
    const changes = [...layouts, ...enums].filter((change) => removed.has(patchedName(change)))
    swapped.push({ ...unit, changes })
  }
  const seen = await ask({ ...request, side: request.original, name: 'original', units: swapped }, ports)
  // Told in the direction of the patch.
  return seen.map((layout) => {
    const unit = units.find((candidate) => candidate.unit === layout.unit)
    const forward = unit?.changes.find((change) => nameOfLayout(change) === patchedName(layout.change))
    return { ...layout, change: forward ?? layout.change }
  })
}

/** What the patched source calls the type of a change that leads back to the original. */
function patchedName(back: LayoutChange): string {
  return back.was ?? nameOfLayout(back)
}

interface SideRequest extends TypeStageRequest {
  readonly side: CompiledSide
  readonly name: 'original' | 'patched'
}

interface Probe {
  readonly unit: TypedUnit
  readonly changes: readonly LayoutChange[]
  readonly path: string
}

/** As many units as keep the compilers busy. */
const AT_ONCE = 8

async function ask(request: SideRequest, ports: BuildPorts): Promise<SeenLayout[]> {
  const known = request.units.map((unit) => recall(unit, request))
  const seen = known.flatMap((layouts) => layouts ?? [])
  // Those with the fewest changed types first: what they see is told at once.
  let waiting = request.units.filter((_, index) => known[index] === undefined).toSorted((a, b) => a.changes.length - b.changes.length)
  while (waiting.length > 0) {
    if (request.isWitnessEnough) waiting = withoutTypes(waiting, namesSeen(seen))
    const units = request.isWitnessEnough ? waiting.slice(0, AT_ONCE) : waiting
    const found = await seenOn({ ...request, units }, ports)
    for (const unit of units) remember(unit, request, found)
    seen.push(...found)
    waiting = waiting.slice(units.length)
    if (waiting.length > 0) ports.progress(`types: ${waiting.length} units to go`)
  }
  return seen
}

function recall(unit: TypedUnit, request: SideRequest): readonly SeenLayout[] | undefined {
  return request.memory?.seen.get(unit.diff)?.get(questionOf(unit, request))
}

function remember(unit: TypedUnit, request: SideRequest, found: readonly SeenLayout[]): void {
  const answers = request.memory?.seen.get(unit.diff) ?? new Map<string, readonly SeenLayout[]>()
  answers.set(
    questionOf(unit, request),
    found.filter((layout) => layout.unit === unit.unit),
  )
  request.memory?.seen.set(unit.diff, answers)
}

function questionOf({ unit, changes }: TypedUnit, { name, memory }: SideRequest): string {
  return JSON.stringify([memory?.editsOf(unit), name, changes.map(nameOfLayout)])
}

function namesSeen(layouts: readonly SeenLayout[]): Set<string> {
  return new Set(layouts.filter(({ functions }) => functions.length > 0).map(({ change }) => nameOfLayout(change)))
}

function withoutTypes(units: readonly TypedUnit[], names: ReadonlySet<string>): TypedUnit[] {
  return units.flatMap((unit) => {
    const changes = unit.changes.filter((change) => !names.has(nameOfLayout(change)))
    return changes.length === 0 ? [] : [{ ...unit, changes }]
  })
}

/** All changed types of a unit together first, which most often settles it; then each by itself, to tell which function sees which. */
async function seenOn(request: SideRequest, ports: BuildPorts): Promise<SeenLayout[]> {
  const texts = await preprocess(request, ports)
  const together = request.units.map((unit) => ({ unit, changes: unit.changes, path: probePath(request, unit, 'all') }))
  const dependents = await runProbes(request, together, texts, ports)
  const apart: Probe[] = []
  const seen: SeenLayout[] = []
  together.forEach((probe, index) => {
    const functions = dependents[index] ?? []
    const isTold = functions.length === 0 || probe.changes.length === 1
    if (isTold) seen.push(...probe.changes.map((change) => ({ unit: probe.unit.unit, change, functions })))
    else apart.push(...probe.changes.map((change, i) => ({ ...probe, changes: [change], path: probePath(request, probe.unit, String(i)) })))
  })
  const each = await runProbes(request, apart, texts, ports)
  apart.forEach((probe, index) => {
    seen.push(...probe.changes.map((change) => ({ unit: probe.unit.unit, change, functions: each[index] ?? [] })))
  })
  return seen
}

function probePath({ folder, name }: SideRequest, { unit }: TypedUnit, rank: string): string {
  return `${folder}/${name}/${unit.output.replace(/\.o$/, '')}.${rank}`
}

/** Preprocessed text by unit; undefined where that failed. */
async function preprocess(request: SideRequest, ports: BuildPorts): Promise<Map<TypedUnit, string | undefined>> {
  const jobs = request.units.map((unit) => ({
    unit: unit.unit,
    output: `${probePath(request, unit, 'before')}.i`,
    extraFlags: PREPROCESS_FLAGS,
    withoutObjtool: true,
  }))
  const results = await ports.compile(request.side.tree, jobs, () => {})
  const texts = await Promise.all(
    results.map(async (result, index) => (result.kind === 'failed' ? undefined : ports.files.readText(jobs[index]?.output ?? ''))),
  )
  return new Map(request.units.map((unit, index) => [unit, texts[index]]))
}

/** For each probe the carried functions and data that depend on its types: all of them when the probe cannot tell. */
async function runProbes(
  request: SideRequest,
  probes: readonly Probe[],
  texts: ReadonlyMap<TypedUnit, string | undefined>,
  ports: BuildPorts,
): Promise<(readonly string[])[]> {
  const ready: Probe[] = []
  for (const probe of probes) {
    const text = texts.get(probe.unit)
    const disturbed = text === undefined ? undefined : disturbLayouts(text, probe.changes)
    if (disturbed === undefined) continue
    await ports.files.write(`${probe.path}.i`, disturbed)
    ready.push(probe)
  }
  const jobs = ready.map(({ unit, path }) => ({
    unit: unit.unit,
    output: `${path}.o`,
    source: `${path}.i`,
    extraFlags: [...DIFF_FLAGS, '-w'],
  }))
  const results = await ports.compile(request.side.tree, jobs, (done) => ports.progress(`types: compiled ${done} of ${jobs.length}`))
  const compiled = new Set(ready.filter((_, index) => results[index]?.kind === 'compiled'))
  const sides = new Map<TypedUnit, Promise<ElfFile>>()
  const sideOf = (unit: TypedUnit) => {
    const side = sides.get(unit) ?? readSide(request.side, unit, ports)
    sides.set(unit, side)
    return side
  }
  return Promise.all(
    probes.map(async (probe) => {
      const carried = request.name === 'patched' ? carriedNames(probe.unit.diff) : supersededNames(probe.unit.diff)
      if (!compiled.has(probe)) return [...carried]
      const before = await sideOf(probe.unit)
      const after = await readObject(`${probe.path}.o`, ports)
      if (!isDisturbed(typesOf(before), typesOf(after), probe.changes)) return [...carried]
      const dependents = findDependents(before, after, request.tables)
      return [...carried].filter((name) => dependents.has(name))
    }),
  )
}

function refuseLayout(layouts: readonly SeenLayout[], stack: StackVerdict): Refusal[] {
  const seen = layouts.filter(({ functions }) => functions.length > 0)
  const [first] = seen
  if (first === undefined || stack.kind === 'stack-only' || isGrownBound(first.change)) return []
  const { change } = first
  const functions = seersOf(seen)
  const shown = listSeers(functions, sourceFile(first.unit))
  return [
    {
      code: 'layout-changed',
      unit: sourceFile(first.unit),
      subject: nameOfLayout(change),
      reason: `${formatLayoutChange(change)}; seen by ${shown}${stack.kind === 'elsewhere' ? `; not on the stack alone: ${stack.reason}` : ''}`,
      layout: { oldSizeBytes: change.oldSize, newSizeBytes: change.newSize, members: change.members, seenBy: functions },
    },
  ]
}

type Seer = NonNullable<Refusal['layout']>['seenBy'][number]

function seersOf(seen: readonly SeenLayout[]): Seer[] {
  const seers = seen.flatMap(({ unit, functions }) => functions.map((name) => ({ unit: sourceFile(unit), function: name })))
  return [...new Map(seers.map((seer) => [`${seer.unit} ${seer.function}`, seer])).values()]
}

function listSeers(seers: readonly Seer[], unit: string): string {
  const names = seers.map((seer) => (seer.unit === unit ? seer.function : `${seer.function} (${seer.unit})`))
  return names.slice(0, 8).join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '')
}

/** A bound that grows is told where the patch goes by it: most often it is compared with, or sizes what lives as long as a call. */
function noteBound(seen: readonly SeenLayout[]): Note[] {
  const [first] = seen
  if (first === undefined) return []
  const unit = sourceFile(first.unit)
  const seers = seersOf(seen)
  const bounds = first.change.members.map(({ member, old, new: now }) => `${member} was ${old} and becomes ${now}`).join('; ')
  const text = `${bounds}, and ${listSeers(seers, unit)} ${seers.length === 1 ? 'goes' : 'go'} by it: where it sizes something that exists, there is room for the old number`
  return [{ unit, subject: nameOfLayout(first.change), text }]
}

function noteLayout(layouts: readonly SeenLayout[], stack: StackVerdict): Note[] {
  const [first] = layouts
  if (first === undefined) return []
  const seen = layouts.filter(({ functions }) => functions.length > 0)
  if (isGrownBound(first.change)) return noteBound(seen)
  const isSeen = seen.length > 0
  if (isSeen && stack.kind !== 'stack-only') return []
  const what = formatLayoutChange(first.change)
  const text = isSeen
    ? `its layout changes, and its objects live on the stack alone, in functions that are all replaced (${what})`
    : `its layout changes, and nothing that the patch brings depends on that (${what})`
  return [{ unit: sourceFile(first.unit), subject: nameOfLayout(first.change), text }]
}
