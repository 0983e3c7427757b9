import { type UnitCommands, isRunning, isTraced, parseRelease, parseUnitCommands, sourceFile } from '../../core/kernel/mod.ts'
import {
  type CFile,
  type FileChange,
  type Finding,
  type FunctionChange,
  changedFunctions,
  readC,
  reviewChange,
} from '../../core/lint/mod.ts'
import { openKernel } from '../kernel/mod.ts'
import { changedFiles } from './changed-files.ts'
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
  /** Where callers of the changed functions were looked for, besides the changed files. */
  readonly callersFrom: readonly string[]
  /** Changed files that are neither C nor headers of the kernel. */
  readonly notReviewed: readonly string[]
}

/** More files than this name a function only when it is everybody's; then the first ones must do. */
const MOST_FILES = 60

/** Reads a fix as the maintainer of live patches would. Faults: kernel/not-cached, kernel/incomplete, source/*. */
export async function lint(request: LintRequest, ports: LintPorts): Promise<LintReport> {
  const { paths, target } = await openKernel(parseRelease(request.release), ports)
  const commands = parseUnitCommands(await ports.files.readText(paths.commands), paths.commands)
  const { files, notReviewed } = await changedFiles({ patches: request.patches, tree: paths.tree, fuzz: request.fuzz }, ports)
  const functions = files.flatMap(changedFunctions)
  ports.progress(`lint: looking for callers of ${functions.length} functions`)
  const { others, folders } = await filesOfCallers(paths.tree, files, functions, ports)
  return {
    release: target.release,
    packageVersion: target.packageVersion,
    files: files.map(({ path }) => path),
    functions: functions.map(({ name }) => name),
    findings: reviewChange({ files, functions, others, untraced: untracedSources(commands) }),
    callersFrom: folders,
    notReviewed,
  }
}

/** Callers of functions that other files can call, from the folders of the changed files: the whole tree would take longer than it is worth. */
async function filesOfCallers(tree: string, files: readonly FileChange[], functions: readonly FunctionChange[], ports: LintPorts) {
  const changed = new Set(files.map(({ path }) => path))
  const wanted = functions.filter(({ before }) => before !== undefined && !/\bstatic\b/.test(before.head))
  const byFolder = Map.groupBy(wanted, ({ file }) => file.path.slice(0, file.path.lastIndexOf('/')))
  const found = await Promise.all(
    [...byFolder].map(([folder, changes]) => ports.filesNaming(tree, folder, [...new Set(changes.map(({ name }) => name))])),
  )
  const paths = [...new Set(found.flat())]
    .filter((path) => !changed.has(path))
    .toSorted()
    .slice(0, MOST_FILES)
  const others = await Promise.all(paths.map(async (path): Promise<CFile> => readC(path, await ports.files.readText(`${tree}/${path}`))))
  return { others, folders: [...byFolder.keys()].toSorted() }
}

/** What the compiler is not told to trace (CFLAGS_REMOVE… = $(CC_FLAGS_FTRACE) in a makefile). */
function untracedSources({ units }: UnitCommands): ReadonlySet<string> {
  return new Set(units.filter((unit) => isRunning(unit) && !isTraced(unit)).map(sourceFile))
}
