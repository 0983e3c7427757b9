import { type UnitCommand, sourceFile } from '../../core/kernel/mod.ts'
import { areBytesEqual } from '../../core/base/mod.ts'
import { withStableLines } from '../../core/source/mod.ts'
import { type Atom, type Plan, composeLines, takenAtoms } from '../../core/update/mod.ts'
import { type BuildKernel, type BuildPaths, compileJob, objectPath } from '../build/mod.ts'
import { type SourceFile, takenIn } from './difference.ts'
import type { UpdatePorts } from './ports.ts'

export interface PatchedUnitsRequest {
  readonly kernel: BuildKernel
  readonly files: readonly SourceFile[]
  /** All units that any edit can reach. */
  readonly units: readonly UnitCommand[]
  readonly unitsOf: ReadonlyMap<string, ReadonlySet<string>>
  readonly paths: BuildPaths
  /** Changes when either source or the compiler does. */
  readonly inputs: string
}

export interface PatchedUnits {
  /** Of these units, those that an edit of the plan can reach: all others are as they were. */
  readonly reached: (plan: Plan, among: readonly UnitCommand[]) => UnitCommand[]
  /** Brings sources, and the objects of these units, to what a plan takes. Returns what the compiler said of those that failed. */
  readonly compile: (
    plan: Plan,
    among: readonly UnitCommand[],
    onCompiled?: (unit: UnitCommand) => void,
  ) => Promise<readonly { readonly unit: UnitCommand; readonly messages: string }[]>
  /** Of these units, those whose patched object is not the original one, byte for byte. */
  readonly differing: (plan: Plan, among: readonly UnitCommand[]) => Promise<UnitCommand[]>
  /** Tells apart which edits a unit's patched object was compiled with, the last time that it was. */
  readonly editsOf: (unit: UnitCommand) => string | undefined
  /** A file as a plan has it: undefined when it is not there. */
  readonly textOf: (file: SourceFile, plan: Plan) => string | undefined
}

/**
 * The patched side of an update, from plan to plan. A unit is compiled again only when the edits that can reach it are other ones; its key lies
 * beside its object, so that an interrupted run goes on where it was.
 */
export async function openPatchedUnits(request: PatchedUnitsRequest, ports: UpdatePorts): Promise<PatchedUnits> {
  const { kernel, files, units, paths } = request
  const { tree, patched: folder } = paths
  const reaching = atomsByUnit(request)
  const written = new Map<string, string | undefined>()
  const said = new Map<string, { readonly key: string; readonly messages: string | undefined }>()

  const keyOf = (unit: UnitCommand, plan: Plan) => {
    const atoms = (reaching.get(sourceFile(unit)) ?? []).filter((atom) => !plan.leftOut.has(atom.id))
    return atoms.length === 0
      ? undefined
      : ports.digest(JSON.stringify([request.inputs, unit.compiler, unit.objtool, atoms.map(({ id }) => id)]))
  }

  return {
    textOf,
    editsOf: (unit) => said.get(unit.output)?.key,
    reached: (plan, among) => among.filter((unit) => keyOf(unit, plan) !== undefined),
    async compile(plan, among, onCompiled) {
      await writeSources(plan)
      const keyed = among.flatMap((unit) => {
        const key = keyOf(unit, plan)
        return key === undefined ? [] : [{ unit, key }]
      })
      const todo: typeof keyed = []
      for (const { unit, key } of keyed) if (!(await isDone(unit, key))) todo.push({ unit, key })
      const jobs = todo.map(({ unit }) => {
        const job = compileJob({ side: 'patched', folder }, unit)
        return { ...job, extraFlags: [...job.extraFlags, '-Werror=int-conversion', '-fdiagnostics-plain-output'] }
      })
      const results = await ports.compile(tree, jobs, (done, result) => {
        ports.progress(`patched: compiled ${done} of ${todo.length} units`)
        if (result.kind === 'compiled') onCompiled?.(result.unit)
      })
      for (const [index, result] of results.entries()) {
        const { unit, key } = todo[index] as (typeof todo)[number]
        said.set(unit.output, { key, messages: result.kind === 'failed' ? result.messages : undefined })
        if (result.kind === 'compiled') await ports.files.write(`${objectPath(folder, unit)}.key`, key)
      }
      return keyed.flatMap(({ unit }) => {
        const messages = said.get(unit.output)?.messages
        return messages === undefined ? [] : [{ unit, messages }]
      })
    },
    async differing(plan, among) {
      const different: UnitCommand[] = []
      for (const unit of among) {
        if (keyOf(unit, plan) === undefined) continue
        const [before, after] = await Promise.all([paths.originals, folder].map((side) => ports.files.readBytes(objectPath(side, unit))))
        if (before === undefined || after === undefined || !areBytesEqual(before, after)) different.push(unit)
      }
      return different
    },
  }

  async function isDone(unit: UnitCommand, key: string): Promise<boolean> {
    const known = said.get(unit.output)
    // What failed may have failed at an edit that does not reach it: of a header that it includes and uses nothing of.
    if (known?.key === key) return known.messages === undefined
    const mark = `${objectPath(folder, unit)}.key`
    const isKept =
      (await ports.files.exists(mark)) && (await ports.files.readText(mark)) === key && (await ports.files.exists(objectPath(folder, unit)))
    if (isKept) said.set(unit.output, { key, messages: undefined })
    return isKept
  }

  async function writeSources(plan: Plan): Promise<void> {
    const texts = new Map(files.map((file) => [file.path, textOf(file, plan)]))
    if (written.size === 0) {
      const upwardIncludes = await kernel.upwardIncludes()
      await ports.shadow({ tree: kernel.paths.tree, destination: tree, changedFiles: texts, units, upwardIncludes })
    }
    for (const [path, text] of texts) {
      if (written.has(path) && written.get(path) !== text) {
        await (text === undefined ? ports.files.remove(`${tree}/${path}`) : ports.files.write(`${tree}/${path}`, text))
      }
      written.set(path, text)
    }
  }
}

function textOf(file: SourceFile, plan: Plan): string | undefined {
  const taken = takenIn(file, plan)
  if (file.kind === 'created') return taken.length === 0 ? undefined : file.after.lines.join('\n')
  return withStableLines(
    composeLines(
      file.before.lines,
      taken.flatMap((atom) => atom.edits),
    ),
  )
}

/** Atoms that can reach a unit, by the unit's source. */
function atomsByUnit({ files, unitsOf }: Pick<PatchedUnitsRequest, 'files' | 'unitsOf'>): Map<string, Atom[]> {
  const byUnit = new Map<string, Atom[]>()
  for (const file of files) {
    for (const atom of file.atoms) {
      if (!atom.isCode) continue
      for (const unit of unitsOf.get(atom.id) ?? []) byUnit.set(unit, [...(byUnit.get(unit) ?? []), atom])
    }
  }
  return byUnit
}

/** Taken atoms of a plan that can reach a unit. */
export function takenFor(unit: UnitCommand, plan: Plan, unitsOf: ReadonlyMap<string, ReadonlySet<string>>): Atom[] {
  return takenAtoms(plan).filter((atom) => atom.isCode && unitsOf.get(atom.id)?.has(sourceFile(unit)) === true)
}
