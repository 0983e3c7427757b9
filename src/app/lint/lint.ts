import { type UnitCommands, isRunning, isTraced, parseRelease, parseUnitCommands, sourceFile } from '../../core/kernel/mod.ts'
import { type Finding, changedFunctions, reviewChange } from '../../core/lint/mod.ts'
import { type CachedKernel, openKernel } from '../kernel/mod.ts'
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
  return {
    release: target.release,
    packageVersion: target.packageVersion,
    files: files.map(({ path }) => path),
    functions: functions.map(({ name }) => name),
    findings: reviewChange({ files, functions, others, untraced: untracedSources(commands) }),
    search,
    notReviewed,
  }
}

/** What the compiler is not told to trace (CFLAGS_REMOVE… = $(CC_FLAGS_FTRACE) in a makefile). */
function untracedSources({ units }: UnitCommands): ReadonlySet<string> {
  return new Set(units.filter((unit) => isRunning(unit) && !isTraced(unit)).map(sourceFile))
}
