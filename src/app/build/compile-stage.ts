import { Fault } from '../../core/base/mod.ts'
import { type UnitCommand, plainPath, sourceFile } from '../../core/kernel/mod.ts'
import type { BuildPorts, CompileJob, CompileResult } from './ports.ts'

/**
 * On top of kbuild's own flags: an item per section, so that the objects can be compared; types in BTF instead of DWARF, which costs less. All types:
 * the compiler counts one as unused of which only the size is taken.
 */
export const DIFF_FLAGS = ['-ffunction-sections', '-fdata-sections', '-gbtf', '-fno-eliminate-unused-debug-types'] as const

/** What decides how units compile. */
export interface CompileInputs {
  readonly tree: string
  /** Changes when anything changes that the objects depend on. */
  readonly inputs: string
}

export interface CompileStageRequest extends CompileInputs {
  /** `original` or `patched`. */
  readonly side: 'original' | 'patched'
  readonly units: readonly UnitCommand[]
  /** Folder for the objects. */
  readonly folder: string
  /** Where objects are kept for later builds; absent when no other build can use them. */
  readonly kept?: KeptObjects
  /** After all others, so that they win. */
  readonly lastFlags?: readonly string[]
  /** Changes the assembly of each unit before it is assembled. */
  readonly editAssembly?: (unit: UnitCommand, text: string) => string
}

/** Objects of the kernel's own source, which every build for it needs alike: compiled once, kept beside the kernel. */
export interface KeptObjects {
  readonly folder: string
  /** Tells apart whatever would compile this unit to another object. */
  readonly keyOf: (unit: UnitCommand) => string
}

/** The path of a unit's object in a stage's folder. */
export function objectPath(folder: string, unit: UnitCommand): string {
  return `${folder}/${unit.output}`
}

/** Path of the files that a unit's compilation read, as make rules. */
function rulesPath(object: string): string {
  return `${object}.d`
}

/** Where the compiler says what it inlined into what, beside the object. */
export function inliningPath(object: string): string {
  return `${object}.inlining`
}

/** How a unit compiles to its object in a stage's folder. */
export function compileJob({ side, folder }: Pick<CompileStageRequest, 'side' | 'folder'>, unit: UnitCommand): CompileJob {
  const output = objectPath(folder, unit)
  // Of the patched side: who holds which function's code, which costs nothing and changes nothing.
  const inlining = side === 'patched' ? [`-fopt-info-inline-optimized=${inliningPath(output)}`] : []
  return { unit, output, extraFlags: [...DIFF_FLAGS, ...inlining], dependencies: rulesPath(output) }
}

/** Stages 2 and 3: compiles each unit that is not there yet for the same inputs. Faults: build/compile with the compiler's messages, for all units at once. */
export async function compileStage(request: CompileStageRequest, ports: BuildPorts): Promise<void> {
  const { side, tree, folder, units } = request
  const stamp = `${folder}/stamp`
  if ((await ports.files.exists(stamp)) && (await ports.files.readText(stamp)) !== request.inputs) await ports.files.remove(folder)
  await ports.files.write(stamp, request.inputs)
  if (request.kept !== undefined) await takeKept(request.kept, units, folder, ports)
  const present = await Promise.all(units.map((unit) => ports.files.exists(objectPath(folder, unit))))
  const todo = units.filter((_, index) => present[index] !== true)
  const shown = (done: number) =>
    ports.progress(
      `${side}: compiled ${done} of ${todo.length} units${todo.length < units.length ? ` (${units.length - todo.length} from before)` : ''}`,
    )
  if (todo.length > 0) shown(0)
  const jobs = todo
    .map((unit) => compileJob(request, unit))
    .map(({ unit, extraFlags, ...job }) => ({
      ...job,
      unit,
      extraFlags: [...extraFlags, ...(request.lastFlags ?? [])],
      editAssembly: request.editAssembly === undefined ? undefined : (text: string) => request.editAssembly?.(unit, text) ?? text,
    }))
  const results = await ports.compile(tree, jobs, shown)
  const failed = results.filter((result) => result.kind === 'failed')
  const { kept } = request
  if (kept !== undefined) await keep(kept, units, folder, ports)
  if (failed.length > 0) throw compileFault(side, failed)
}

/** Puts kept objects where the build expects its own. Of a pair the object comes last: where it is, what it read is there too. */
async function takeKept(kept: KeptObjects, units: readonly UnitCommand[], folder: string, ports: BuildPorts): Promise<void> {
  for (const unit of units) {
    const [from, to] = [keptPath(kept, unit), objectPath(folder, unit)]
    if ((await ports.files.exists(to)) || !(await ports.files.exists(from))) continue
    await ports.files.share(rulesPath(from), rulesPath(to))
    await ports.files.share(from, to)
  }
}

async function keep(kept: KeptObjects, units: readonly UnitCommand[], folder: string, ports: BuildPorts): Promise<void> {
  for (const unit of units) {
    const [from, to] = [objectPath(folder, unit), keptPath(kept, unit)]
    if (!(await ports.files.exists(from)) || (await ports.files.exists(to))) continue
    await ports.files.share(rulesPath(from), rulesPath(to))
    await ports.files.share(from, to)
  }
}

function keptPath({ folder, keyOf }: KeptObjects, unit: UnitCommand): string {
  return `${folder}/${unit.output.replace(/\.o$/, '')}.${keyOf(unit)}.o`
}

function compileFault(side: 'original' | 'patched', failed: readonly Extract<CompileResult, { kind: 'failed' }>[]): Fault {
  const shown = failed.slice(0, 5).map((result) => {
    const errors = result.messages.split('\n').filter((line) => /error|undefined|warning: objtool/i.test(line))
    return `  - ${result.unit.source} (${result.tool}): ${(errors[0] ?? result.messages.split('\n')[0] ?? '').trim()}`
  })
  const rest = failed.length > 5 ? `\n  … and ${failed.length - 5} more` : ''
  return new Fault(
    'build/compile',
    `Cannot compile the ${side} source of ${failed.length} unit${failed.length === 1 ? '' : 's'}:\n${shown.join('\n')}${rest}`,
    {
      try:
        side === 'patched'
          ? 'mend the patch: it does not compile for this kernel'
          : 'fetch the kernel again: kmend kernel remove, then kmend kernel add',
    },
  )
}

/**
 * Of the units found by the text of their includes, those whose compilation really read one of the headers. The compiler names a header as it was found,
 * such as `drivers/pci/pcie/../pci.h`.
 */
export async function unitsThatRead(
  units: readonly UnitCommand[],
  headers: readonly string[],
  folder: string,
  direct: ReadonlySet<string>,
  ports: BuildPorts,
): Promise<UnitCommand[]> {
  if (headers.length === 0) return [...units]
  const reads = await Promise.all(
    units.map(async (unit) => {
      if (direct.has(sourceFile(unit))) return true
      const files = await filesRead(unit, folder, ports)
      return headers.some((header) => files.has(header))
    }),
  )
  return units.filter((_, index) => reads[index])
}

/** Paths of all files that the compilation of a unit in this folder read, among other words. */
export async function filesRead(unit: UnitCommand, folder: string, ports: BuildPorts): Promise<Set<string>> {
  const rules = await ports.files.readText(rulesPath(objectPath(folder, unit)))
  return new Set(rules.split(/\s+/).map(plainPath))
}
