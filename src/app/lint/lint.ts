import { type UnitCommands, isRunning, isTraced, parseRelease, parseUnitCommands, sourceFile } from '../../core/kernel/mod.ts'
import { type Finding, type Review, changedFunctions, reviewChange } from '../../core/lint/mod.ts'
import { threadsStayIn } from '../../core/source/mod.ts'
import { type CachedKernel, openKernel } from '../kernel/mod.ts'
import { readThreads } from '../source/mod.ts'
import { changedFiles } from './changed-files.ts'
import { type Search, otherFiles } from './other-files.ts'
import type { LintPorts } from './ports.ts'

export interface LintRequest {
  readonly patches: readonly { readonly file: string; readonly text: string }[]
  readonly release: string
  readonly fuzz: number
}

export interface LintReport {
  readonly release: string
  readonly packageVersion: string
  readonly files: readonly string[]
  readonly functions: readonly string[]
  readonly findings: readonly Finding[]
  /** What was looked for besides the changed files: callers of these functions, uses of these constants. */
  readonly search: Search
  /** Changed files that are neither C nor headers of the kernel. */
  readonly notReviewed: readonly string[]
}

export interface LintKernel extends CachedKernel {
  readonly commands: UnitCommands
}

/** Faults: kernel/not-cached, kernel/incomplete. */
export async function openLintKernel(release: string, ports: LintPorts): Promise<LintKernel> {
  const kernel = await openKernel(parseRelease(release), ports)
  const { commands } = kernel.paths
  return { ...kernel, commands: parseUnitCommands(await ports.files.readText(commands), commands) }
}

/**
 * Reads a fix as the maintainer of live patches would. Who reviews many opens the kernel once and hands it in.
 * Faults: kernel/not-cached, kernel/incomplete, source/*.
 */
export async function lint(request: LintRequest, ports: LintPorts, opened?: LintKernel): Promise<LintReport> {
  const kernel = opened ?? (await openLintKernel(request.release, ports))
  const { paths, target, commands } = kernel
  const { files, notReviewed } = await changedFiles({ ...request, tree: paths.tree }, ports)
  const functions = files.flatMap(changedFunctions)
  const { others, search } = await otherFiles({ tree: paths.tree, commands, files, functions }, ports)
  const stayIn = await threadsIn({ ...kernel, files, functions }, ports)
  return {
    release: target.release,
    packageVersion: target.packageVersion,
    files: files.map(({ path }) => path),
    functions: functions.map(({ name }) => name),
    findings: reviewChange({ files, functions, others, untraced: untracedSources(commands), stayIn }),
    search,
    notReviewed,
  }
}

/** What the build refuses as well. The first review of a kernel reads its sources for it. */
async function threadsIn(
  { paths, commands, files, functions }: Pick<LintKernel, 'paths' | 'commands'> & Pick<Review, 'files' | 'functions'>,
  ports: LintPorts,
): Promise<Review['stayIn']> {
  const kept = new Set(functions.flatMap(({ file, before, after }) => (before === undefined || after === undefined ? [] : [file])))
  if (kept.size === 0) return new Map()
  const threads = await readThreads({ ...paths, commands }, ports)
  return new Map(
    files.filter((file) => kept.has(file)).map(({ path, before }) => [path, threadsStayIn(threads, path, before.code.join('\n'))]),
  )
}

/** What the compiler is not told to trace (CFLAGS_REMOVE… = $(CC_FLAGS_FTRACE) in a makefile). */
function untracedSources({ units }: UnitCommands): ReadonlySet<string> {
  return new Set(units.filter((unit) => isRunning(unit) && !isTraced(unit)).map(sourceFile))
}
