import { isRunning, sourceFile, unitsOfSource } from '../../core/kernel/mod.ts'
import { type ChangedFile, isNoCode, parseUnifiedDiff, refuseFile } from '../../core/source/mod.ts'
import { type CFile, readCFile } from '../../core/c/mod.ts'
import { type Atom, type Plan, atomsOf, editsOf } from '../../core/update/mod.ts'
import type { BuildKernel } from '../build/mod.ts'
import { type SourceTree, changedFiles } from '../source/mod.ts'
import type { IncludeReach } from './include-reach.ts'
import type { UpdatePorts } from './ports.ts'

/** One file of the update, by what it can mean for the running kernel. */
export type UpdateFile =
  /** Units are made from it, or it may be included in some. */
  | (ChangedFile & {
      readonly role: 'unit' | 'included'
      readonly before: CFile
      readonly after: CFile
      readonly atoms: readonly Atom[]
      readonly diff: string
    })
  | LeftFile

/** Nothing of it can be in a live patch, for this reason. */
type LeftFile = ChangedFile & {
  readonly role: 'none'
  readonly standing: 'no-code' | 'not-compiled' | 'needs-reboot'
  readonly reason: string
}

export type SourceFile = Extract<UpdateFile, { readonly atoms: readonly Atom[] }>

export function isSourceFile(file: UpdateFile): file is SourceFile {
  return file.role !== 'none'
}

/** What a plan takes of a file. Comments alone are not taken: they change nothing. */
export function takenIn({ atoms }: SourceFile, { leftOut }: Plan): Atom[] {
  return atoms.filter(({ id, isCode }) => isCode && !leftOut.has(id))
}

/** What the update changes: every file of either tree, and for C the smallest parts that can be taken or left out. */
export async function readDifference({ from, to, kernel, reach }: Sides, ports: UpdatePorts): Promise<UpdateFile[]> {
  const changed = await changedFiles(from, to, ports)
  const folders = new Set(kernel.commands.units.filter(isRunning).map((unit) => folderOf(sourceFile(unit))))
  const files: UpdateFile[] = []
  for (const [index, file] of changed.entries()) {
    if (index % 100 === 99) ports.progress(`difference: read ${index + 1} of ${changed.length} changed files`)
    const sorted = sortOut(file, kernel, folders, reach)
    files.push(sorted.role === 'none' ? sorted : await readFile(file, sorted.role, { from, to, kernel }, ports))
  }
  return files
}

function sortOut(
  file: ChangedFile,
  kernel: BuildKernel,
  folders: ReadonlySet<string>,
  reach: IncludeReach,
): LeftFile | { role: SourceFile['role'] } {
  const { path } = file
  const none = (standing: LeftFile['standing'], reason: string): LeftFile => ({ ...file, role: 'none', standing, reason })
  if (isNoCode(path)) return none('no-code', 'no code of the kernel')
  const foreign = /^arch\/([^/]+)\//.exec(path)?.[1]
  if (foreign !== undefined && foreign !== 'x86') return none('not-compiled', `code for another machine (${foreign})`)
  const units = unitsOfSource(kernel.commands, path)
  if (units.some(isRunning)) return { role: 'unit' }
  if (units.length > 0) return none('needs-reboot', 'it is part of the vDSO, of boot or real-mode code: not of the running kernel')
  const hasNeighbours = folders.has(folderOf(path)) || [...folders].some((folder) => folder.startsWith(`${folderOf(path)}/`))
  if (path.endsWith('.c') && file.kind === 'created') {
    return hasNeighbours
      ? none('needs-reboot', 'a new C file: no unit of the running kernel is made from it')
      : none('not-compiled', 'this kernel compiles nothing in its folder')
  }
  const isOfTools = /^(tools|scripts|usr)\//.test(path)
  const isSource = /\.[ch]$/.test(path) && !isOfTools
  if (isSource && file.kind === 'created') return { role: 'included' }
  if (isSource && file.kind !== 'deleted' && [...reach.includersOf(path)].some((includer) => reach.sources.has(includer)))
    return { role: 'included' }
  if (!hasNeighbours) return none('not-compiled', 'this kernel compiles nothing in its folder')
  if (isSource) return none('not-compiled', path.endsWith('.c') ? 'this kernel does not compile it' : 'no unit of this kernel includes it')
  return none(isOfTools ? 'no-code' : 'needs-reboot', refuseFile({ path, kind: file.kind, hunks: [] }) ?? 'not C')
}

interface Sides {
  readonly from: SourceTree
  readonly to: SourceTree
  readonly kernel: BuildKernel
  readonly reach: IncludeReach
}

async function readFile(
  file: ChangedFile,
  role: SourceFile['role'],
  { from, to, kernel }: Omit<Sides, 'reach'>,
  ports: UpdatePorts,
): Promise<UpdateFile> {
  const { path } = file
  const [older, newer] = [`${from.path}/${path}`, `${to.path}/${path}`]
  const left = (reason: string): LeftFile => ({ ...file, role: 'none', standing: 'needs-reboot', reason })
  if (file.kind === 'deleted') return left('a C file that is no more: running code cannot be taken away')
  const own = `${kernel.paths.tree}/${path}`
  const text = file.kind === 'created' ? '' : await ports.files.readText(older)
  const isOwn =
    file.kind === 'created'
      ? !(await ports.files.exists(own))
      : (await ports.files.exists(own)) && (await ports.files.readText(own)) === text
  if (!isOwn) return left("the running kernel's source has another text here than the source that is updated from")
  const after = readCFile(await ports.files.readText(newer))
  const diff = await ports.diffFiles(file.kind === 'created' ? undefined : older, newer, path)
  const hunks = diff === '' ? [] : (parseUnifiedDiff(diff, path).files[0]?.hunks ?? [])
  const before = readCFile(text)
  return { ...file, role, before, after, atoms: atomsOf(path, before, after, editsOf(hunks)), diff }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
