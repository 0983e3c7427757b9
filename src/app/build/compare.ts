import { type Refusal, refuseMovedState, specialTables } from '../../core/diff/mod.ts'
import type { ThreadFunctions } from '../../core/source/mod.ts'
import { type UnitCommand, findStruct } from '../../core/kernel/mod.ts'
import type { BuildKernel } from './build-kernel.ts'
import { type DiffMemory, diffAhead, diffStage } from './diff-stage.ts'
import type { BuildPaths } from './paths.ts'
import type { BuildPorts } from './ports.ts'
import type { BuildRequest } from './request.ts'
import type { ShippedKernel } from './running-objects.ts'
import type { Stopwatch } from './stopwatch.ts'
import { typeStage } from './type-stage.ts'
import type { TypeMemory } from './typed-unit.ts'

/** What was found out before, where all is compared again with a few units changed. */
export interface CompareMemory {
  readonly diffs: DiffMemory
  readonly types: TypeMemory
}

export interface CompareRequest {
  readonly request: Pick<BuildRequest, 'setData' | 'allowLayout' | 'allowThreadLoop'>
  readonly memory?: CompareMemory | undefined
  /** Whether what is refused is left out and all is compared again: then one reason against a part is as good as all. */
  readonly isDecidedAgain?: boolean
  readonly kernel: Pick<BuildKernel, 'paths' | 'shipped' | 'threads'>
  readonly paths: Pick<BuildPaths, 'work' | 'tree' | 'originals' | 'patched'>
  /** Units that may differ. */
  readonly units: readonly UnitCommand[]
}

/** Compares the objects and the types of units: what they would replace, and what of it speaks against that by itself. */
export async function compare(parts: CompareRequest, ports: BuildPorts, stage: Stopwatch) {
  const { request, kernel, units, memory } = parts
  const { work, tree, originals, patched } = parts.paths
  const sides = { original: { tree: kernel.paths.tree, objects: originals }, patched: { tree, objects: patched } }
  // From here on what counts is in the objects; sources are read again only to see types and prototypes.
  const shipped = await stage('kernel', kernel.shipped)
  const comparison = { units, ...comparisonOf(parts, shipped, await kernel.threads()) }
  const diff = await stage('diff', () => diffStage(comparison, ports))
  const typed = {
    ...sides,
    units: diff.typed,
    folder: `${work}/5-types`,
    tables: comparison.tables,
    allowLayout: request.allowLayout,
    isWitnessEnough: parts.isDecidedAgain === true,
    memory: memory?.types,
  }
  const types = await stage('types', () => typeStage(typed, ports))
  const notes = [...diff.notes, ...types.notes]
  const moved = refuseMovedState(diff.touched.map((touched) => touched.diff))
  return { sides, shipped, comparison, diff, types, notes, refusals: [...onceEach([...diff.refusals, ...moved]), ...types.refusals] }
}

/** As `compare` will, of units while others are still being compiled: it finds in its memory what was compared here. */
export async function compareAhead(parts: Omit<CompareRequest, 'units'>, ports: BuildPorts) {
  return diffAhead(comparisonOf(parts, await parts.kernel.shipped(), await parts.kernel.threads()), ports)
}

function comparisonOf({ request, kernel, paths, memory }: Omit<CompareRequest, 'units'>, { btf }: ShippedKernel, threads: ThreadFunctions) {
  const { setData = [], allowThreadLoop = [] } = request
  const tables = specialTables((struct) => findStruct(btf, struct)?.size)
  return {
    tree: kernel.paths.tree,
    threads,
    originals: paths.originals,
    patched: paths.patched,
    tables,
    setData,
    allowThreadLoop,
    memory: memory?.diffs,
  }
}

/** A unit that was compared in both forms may be refused by either one. */
export function onceEach(refusals: readonly Refusal[]): Refusal[] {
  return [...new Map(refusals.map((refusal) => [`${refusal.unit} ${refusal.code} ${refusal.subject}`, refusal])).values()]
}
