import { type Note, type Refusal, noteHandedOutElsewhere } from '../../core/diff/mod.ts'
import type { UnitCommand } from '../../core/kernel/mod.ts'
import { type BroughtFunction, type ResolvedUnit, checkCallbacks, findUnreached, noteUnreached } from '../../core/klp/mod.ts'
import { checkExceptions } from './author-part.ts'
import type { BuildKernel } from './build-kernel.ts'
import { withoutCarriers } from './carriers.ts'
import { type CompareRequest, compare, onceEach } from './compare.ts'
import type { DiffedUnit } from './diff-stage.ts'
import { keyStage } from './key-stage.ts'
import type { BuildPorts } from './ports.ts'
import { type VersionChange, prototypeStage } from './prototype-stage.ts'
import { formatDiffReport } from './report.ts'
import { runPreStage } from './run-pre-stage.ts'
import type { Stopwatch } from './stopwatch.ts'

export interface DecideRequest extends CompareRequest {
  readonly kernel: Pick<BuildKernel, 'paths' | 'shipped' | 'threads' | 'weakDefaults' | 'exports' | 'inventory'>
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
  /** Compiled functions among what is added that nothing live leads to. */
  readonly unreached: readonly BroughtFunction[]
}

/** Compares the objects, matches them with the shipped kernel, and finds every name in it: all reasons for and against, before anything is written. */
export async function decide(parts: DecideRequest, ports: BuildPorts, stage: Stopwatch): Promise<Decision> {
  const { request, kernel, inputs } = parts
  const { work, tree, patched } = parts.paths
  const { sides, shipped, comparison, diff, types, ...compared } = await compare(parts, ports, stage)
  const { setData = [], allowLayout, allowThreadLoop = [] } = request
  checkExceptions(
    { setData, allowLayout, allowThreadLoop },
    {
      diffs: diff.changed.map((changed) => changed.diff),
      changedTypes: diff.typed.flatMap(({ changes }) => changes.map(({ name }) => name)),
    },
  )
  await ports.files.write(`${work}/4-diff/report.txt`, formatDiffReport({ ...diff, refusals: [...diff.refusals, ...types.refusals] }))

  const exports = await kernel.exports()
  const { touched } = diff
  const { inventory, weakDefaults } = kernel
  const runPre = (changed: readonly DiffedUnit[]) =>
    stage('run-pre', () => runPreStage({ changed, touched, shipped, exports, inventory, weakDefaults }))
  const first = await runPre(diff.changed)
  const { lateKeys } = first.resolution
  // A key that the loader cannot prepare is refused until the unit is compiled to read it.
  const isOfKey = ({ code }: Refusal) => code === 'key-in-module' || code === 'key-read-only'
  const resolving = first.resolution.refusals.filter((refusal) => !isOfKey(refusal) || !lateKeys.has(refusal.unit))
  const soFar = [...compared.refusals, ...resolving]
  // What compiles units once more to tell waits for the round in which nothing else is refused.
  if (parts.isDecidedAgain === true && soFar.length > 0)
    return { resolved: first.resolution.units, changed: diff.changed, refusals: soFar, notes: parts.notes, versions: [], unreached: [] }
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
  const found = onceEach([...compared.refusals, ...keyed.changed.flatMap((changed) => changed.diff.refusals)])
  const refusals = [...found, ...resolution.refusals, ...checkCallbacks(resolved), ...prototypes.refusals]
  const keyNotes = keyed.notes.filter(({ unit, subject }) => resolution.lateKeys.get(unit)?.has(subject) !== true)
  const unreached = findUnreached(resolved)
  const idle = await withoutCarriers(unreached, diff.changed, { tree, objects: patched }, ports)
  const handedOut = noteHandedOutElsewhere(diff.changed.map((changed) => changed.diff))
  const whole = [...idle.map(noteUnreached), ...handedOut]
  const notes = [...parts.notes, ...compared.notes, ...keyNotes, ...resolution.notes, ...prototypes.notes, ...whole]
  return { resolved, changed: diff.changed, refusals, notes, versions: prototypes.versions, unreached }
}
