import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { Fault } from '../core/base/mod.ts'
import type { UnitCommand } from '../core/kernel/mod.ts'
import { execApart } from './exec-apart.ts'
import type { ExecResult } from './exec.ts'
import { fileFault } from './files.ts'

export interface CompileOptions {
  /** Where the object goes, absolute. An older one is removed first: a failed compile must not look like an unchanged one. */
  readonly output: string
  /** Another C file instead of the unit's own; relative to the tree, or absolute. */
  readonly source?: string
  /** After kbuild's own, so that they win. */
  readonly extraFlags?: readonly string[]
  /** Before kbuild's own, so that headers in them win over the tree's. */
  readonly includeFirst?: readonly string[]
  /** Where to write the files that the unit includes, as make rules. */
  readonly dependencies?: string
  readonly withoutObjtool?: boolean
  /** Writes what the front end made of each function instead of an object: as nodes, or printed as C. */
  readonly dump?: 'nodes' | 'printed' | undefined
  /** Changes the assembly that the compiler writes before it is assembled. */
  readonly editAssembly?: ((text: string) => string) | undefined
}

export type CompileOutcome =
  | {
      readonly kind: 'compiled'
      readonly unit: UnitCommand
      readonly output: string
      /** What the tools said, if anything. */ readonly warnings: string
    }
  | { readonly kind: 'failed'; readonly unit: UnitCommand; readonly tool: 'compiler' | 'objtool'; readonly messages: string }

/**
 * Compiles one unit as kbuild does, from the root of `tree` (the prepared tree or a shadow of it), and gives the object to objtool where kbuild does.
 * Without extra flags the object is make's, byte for byte. The object appears whole or not at all. Faults: tool/missing, io/*.
 */
export async function compileUnit(tree: string, unit: UnitCommand, options: CompileOptions): Promise<CompileOutcome> {
  const part = `${options.output}.part`
  await clear(options.output)
  const compiled = await runCompiler(tree, unit, options, part)
  if (compiled.code !== 0) return fail('compiler', compiled)
  const checked = options.dump !== undefined ? undefined : await runObjtool(tree, unit, options, part)
  if (checked !== undefined && checked.code !== 0) return fail('objtool', checked)
  await rename(part, options.output).catch((error: unknown) => {
    throw fileFault('write', options.output, error)
  })
  return { kind: 'compiled', unit, output: options.output, warnings: `${compiled.stderr}${checked?.stderr ?? ''}` }

  async function fail(tool: 'compiler' | 'objtool', result: ExecResult): Promise<CompileOutcome> {
    await rm(part, { force: true })
    if (/No space left on device/.test(result.stderr)) {
      throw new Fault('io/no-space', `Cannot compile ${unit.source}: the disk is full`, {
        in: options.output,
        try: 'free some space, then run the same command again',
      })
    }
    return { kind: 'failed', unit, tool, messages: result.stderr.trim() }
  }
}

async function runCompiler(tree: string, unit: UnitCommand, options: CompileOptions, part: string): Promise<ExecResult> {
  const [program = '', ...flags] = flagsOf(unit, options)
  const first = (options.includeFirst ?? []).map((folder) => `-I${folder}`)
  const rules = options.dependencies === undefined ? [] : [`-Wp,-MMD,${options.dependencies}`]
  const run = (args: readonly string[]) =>
    execApart(program, args, { cwd: tree, env: { PWD: tree, GCC_COLORS: '' }, package: program.replace(/^.*(?=gcc-)/, '') })
  const source = options.source ?? unit.source
  if (options.dump !== undefined)
    return run([
      ...rules,
      ...first,
      ...flags,
      '-fsyntax-only',
      `-fdump-tree-original${options.dump === 'nodes' ? '-raw' : ''}=${part}`,
      source,
    ])
  if (options.editAssembly === undefined) return run([...rules, ...first, ...flags, '-o', part, source])
  const assembly = `${part}.s`
  try {
    const compiled = await run([...rules, ...first, ...flags, '-S', '-o', assembly, source])
    if (compiled.code !== 0) return compiled
    await writeFile(assembly, options.editAssembly(await readFile(assembly, 'utf8')))
    return await run([...flags, '-c', '-x', 'assembler', '-o', part, assembly])
  } finally {
    await rm(assembly, { force: true })
  }
}

/** kbuild's flags, then ours. Types in BTF come instead of kbuild's debugging information: gcc writes both, even after a -g0 in between. */
function flagsOf(unit: UnitCommand, { extraFlags = [] }: CompileOptions): string[] {
  const ofKbuild = extraFlags.includes('-gbtf') ? unit.compiler.filter((flag) => !/^-g(\d|dwarf.*|z.*)?$/.test(flag)) : unit.compiler
  return [...ofKbuild, ...extraFlags]
}

async function runObjtool(tree: string, unit: UnitCommand, options: CompileOptions, part: string): Promise<ExecResult | undefined> {
  const [program, ...flags] = unit.objtool
  if (program === undefined || options.withoutObjtool === true) return undefined
  // Debian's objtool is a wrapper that picks the architecture's by SRCARCH.
  return execApart(program, [...flags, part], { cwd: tree, env: { SRCARCH: 'x86' } })
}

async function clear(output: string): Promise<void> {
  try {
    await mkdir(dirname(output), { recursive: true })
    await rm(output, { force: true })
  } catch (error) {
    throw fileFault('replace', output, error)
  }
}

export interface CompileJob {
  readonly unit: UnitCommand
  readonly options: CompileOptions
}

/** More than there are cores: while this process looks at what came out it starts nothing, and they would stand still. */
const SPARE = 1

/** Compiles units in parallel, to keep all cores busy. Outcomes come in the order of the jobs. */
export async function compileUnits(
  tree: string,
  jobs: readonly CompileJob[],
  onDone?: (outcome: CompileOutcome) => void,
): Promise<CompileOutcome[]> {
  const outcomes: CompileOutcome[] = []
  const queue = jobs.entries()
  const work = async () => {
    for (const [index, job] of queue) {
      const outcome = await compileUnit(tree, job.unit, job.options)
      outcomes[index] = outcome
      onDone?.(outcome)
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism() + SPARE, jobs.length) }, work))
  return outcomes
}
