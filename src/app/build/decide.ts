import { type Note, type Refusal, specialTables } from '../../core/diff/mod.ts'
import { type UnitCommand, findStruct } from '../../core/kernel/mod.ts'
import { type ResolvedUnit, checkCallbacks, noteUnreached } from '../../core/klp/mod.ts'
import { checkSetData } from './author-part.ts'
import type { BuildKernel } from './build-kernel.ts'
import { type DiffMemory, type DiffedUnit, diffStage } from './diff-stage.ts'
import { keyStage } from './key-stage.ts'
import type { BuildPaths } from './paths.ts'
import type { BuildPorts } from './ports.ts'
import { type VersionChange, prototypeStage } from './prototype-stage.ts'
import { formatDiffReport } from './report.ts'
import type { BuildRequest } from './request.ts'
import { runPreStage } from './run-pre-stage.ts'
import type { Stopwatch } from './stopwatch.ts'
import { typeStage } from './type-stage.ts'
import type { TypeMemory } from './typed-unit.ts'

/** What was found out before, where all is decided again with a few units changed. */
export interface DecisionMemory {
  readonly diffs: DiffMemory
  readonly types: TypeMemory
}

export interface DecideRequest {
  readonly request: Pick<BuildRequest, 'setData' | 'allowLayout'>
  readonly memory?: DecisionMemory | undefined
  /** Whether what is refused is left out and all is decided again: then one reason against a part is as good as all. */
  readonly isDecidedAgain?: boolean
  readonly kernel: Pick<BuildKernel, 'paths' | 'shipped' | 'exports' | 'inventory'>
  readonly paths: Pick<BuildPaths, 'work' | 'tree' | 'originals' | 'patched'>
  /** Units that may differ. */
  readonly units: readonly UnitCommand[]
  /** All units that were compiled from the patched source, those too whose objects came out the same. */
  readonly compiled: readonly UnitCommand[]
  readonly changedFiles: ReadonlySet<string>
  readonly hasHeaders: boolean
  /** Changes when anything changes that the patched objects depend on. */
  readonly inputs: string
  /** What is known already, such as of files that the kernel does not compile. */
  readonly notes: readonly Note[]
}

/** Whether there can be a live patch, and what it is made of. */
export interface Decision {
  /** None of them may be shipped when anything is refused. */
  readonly resolved: readonly ResolvedUnit[]
  /** Units with something to replace, to add or to refuse, as the diff found them. */
  readonly changed: readonly DiffedUnit[]
  readonly refusals: readonly Refusal[]
  readonly notes: readonly Note[]
  readonly versions: readonly VersionChange[]
}

/** What speaks against units by what they are made of alone: their functions, data and types. Part of what `decide` finds, and much cheaper. */
export async function judge(
  parts: Omit<DecideRequest, 'compiled' | 'changedFiles' | 'hasHeaders' | 'inputs' | 'notes'>,
  ports: BuildPorts,
  stage: Stopwatch,
): Promise<readonly Refusal[]> {
  const { diff, types } = await compare(parts, ports, stage)
  return [...onceEach(diff.refusals), ...types.refusals]
}

/** Compares the objects, matches them with the shipped kernel, and finds every name in it: all reasons for and against, before anything is written. */
export async function decide(parts: DecideRequest, ports: BuildPorts, stage: Stopwatch): Promise<Decision> {
  const { request, kernel, inputs } = parts
  const { work, tree } = parts.paths
  const { sides, shipped, comparison, diff, types } = await compare(parts, ports, stage)
  checkSetData(
    request.setData ?? [],
    diff.changed.map((changed) => changed.diff),
  )
  await ports.files.write(`${work}/4-diff/report.txt`, formatDiffReport({ ...diff, refusals: [...diff.refusals, ...types.refusals] }))

  const exports = await kernel.exports()
  const { touched } = diff
  const { inventory } = kernel
  const runPre = (changed: readonly DiffedUnit[]) => stage('run-pre', () => runPreStage({ changed, touched, shipped, exports, inventory }))
  const first = await runPre(diff.changed)
  const { lateKeys } = first.resolution
  // A key in a module is refused until the unit is compiled to read it.
  const resolving = first.resolution.refusals.filter(({ code, unit }) => code !== 'key-in-module' || !lateKeys.has(unit))
  const loops = diff.changed.flatMap((changed) => changed.diff.threadLoops)
  // One transition carries everything: a thread that holds it up would hold up all else that an update brings.
  const stalling = parts.isDecidedAgain === true ? loops.map(asRefusal) : []
  const soFar = [...onceEach(diff.refusals), ...types.refusals, ...resolving, ...stalling]
  // What compiles units once more to tell waits for the round in which nothing else is refused.
  if (parts.isDecidedAgain === true && soFar.length > 0)
    return { resolved: first.resolution.units, changed: diff.changed, refusals: soFar, notes: parts.notes, versions: [] }
  const late = { changed: diff.changed, lateKeys, folder: `${work}/3-patched-keys` }
  const keyed =
    lateKeys.size === 0 ? { ...late, notes: [] } : await stage('keys', () => keyStage({ ...comparison, tree, inputs, ...late }, ports))
  const { pairs, resolution } = lateKeys.size === 0 ? first : await runPre(keyed.changed)
  const prototypes = await stage('prototypes', () =>
    prototypeStage(
      {
        ...sides,
        touched,
        pairs,
        units: parts.compiled,
        changedFiles: parts.changedFiles,
        hasHeaders: parts.hasHeaders,
        folder: `${work}/5-prototypes`,
        exports,
        shipped,
        inventory,
      },
      ports,
    ),
  )
  const resolved = resolution.units
  const found = [...diff.refusals, ...keyed.changed.flatMap((changed) => changed.diff.refusals)]
  const refusals = [...onceEach(found), ...types.refusals, ...resolution.refusals, ...checkCallbacks(resolved), ...prototypes.refusals]
  const keyNotes = keyed.notes.filter(({ unit, subject }) => resolution.lateKeys.get(unit)?.has(subject) !== true)
  const unreached = noteUnreached(diff.changed.map((changed) => changed.diff))
  const notes = [
    ...parts.notes,
    ...diff.notes,
    ...loops,
    ...types.notes,
    ...keyNotes,
    ...resolution.notes,
    ...prototypes.notes,
    ...unreached,
  ]
  return { resolved, changed: diff.changed, refusals, notes, versions: prototypes.versions }
}

async function compare(parts: Parameters<typeof judge>[0], ports: BuildPorts, stage: Stopwatch) {
  const { request, kernel, units, memory, isDecidedAgain } = parts
  const { work, tree, originals, patched } = parts.paths
  const sides = { original: { tree: kernel.paths.tree, objects: originals }, patched: { tree, objects: patched } }
  // From here on what counts is in the objects; sources are read again only to see types and prototypes.
  const shipped = await stage('kernel', kernel.shipped)
  const tables = specialTables((struct) => findStruct(shipped.btf, struct)?.size)
  const comparison = { units, originals, patched, tables, setData: request.setData ?? [], memory: memory?.diffs }
  const diff = await stage('diff', () => diffStage(comparison, ports))
  const typed = {
    ...sides,
    units: diff.typed,
    folder: `${work}/5-types`,
    tables,
    allowLayout: request.allowLayout,
    isWitnessEnough: isDecidedAgain === true,
    memory: memory?.types,
  }
  const types = await stage('types', () => typeStage(typed, ports))
  return { sides, shipped, comparison, diff, types }
}

function asRefusal({ unit, subject, text }: Note): Refusal {
  return { code: 'thread-loop', unit, subject, reason: text }
}

/** A unit that was compared in both forms may be refused by either one. */
function onceEach(refusals: readonly Refusal[]): Refusal[] {
  return [...new Map(refusals.map((refusal) => [`${refusal.unit} ${refusal.code} ${refusal.subject}`, refusal])).values()]
}
