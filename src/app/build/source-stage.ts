import { Fault } from '../../core/base/mod.ts'
import type { Note } from '../../core/diff/mod.ts'
import { type UnitCommand, type UnitCommands, isRunning, isTraced, sourceFile, unitsOfSource } from '../../core/kernel/mod.ts'
import { changedFunctions, findMissingState, readChange } from '../../core/lint/mod.ts'
import {
  type ChangedPlace,
  type IncludeLines,
  type PatchedFile,
  type SourcePatch,
  changedPlaces,
  isNoCode,
  parseIncludeLines,
  parseUnifiedDiff,
  reachFinder,
  refuseFile,
  withStableLines,
} from '../../core/source/mod.ts'
import { type PatchedSource, applyPatches, kept } from '../source/mod.ts'
import type { BuildPorts } from './ports.ts'
import type { BuildRequest } from './request.ts'

export interface SourceStage {
  readonly patches: readonly SourcePatch[]
  /** By path in the tree: the patched content with stable line numbers. */
  readonly changedFiles: ReadonlyMap<string, string | undefined>
  /** Units that the change may reach. */
  readonly units: readonly UnitCommand[]
  /** Changed files that units include: headers, and C files (`fs/compat_binfmt_elf.c` includes `binfmt_elf.c`). Such a unit counts only when it does. */
  readonly headers: readonly string[]
  /** What the patches change, by function where one is clear. */
  readonly places: readonly ChangedPlace[]
  readonly notes: readonly Note[]
}

/** The parts of a kernel that the sources are looked up in. */
export interface SourceKernel {
  readonly tree: string
  readonly commands: UnitCommands
  readonly includes: () => Promise<Includes>
  /** The includes of C files alone: few. */
  readonly sourceIncludes: () => Promise<IncludeLines>
  /** Where the paths of the patches begin; the root when absent. */
  readonly prefix?: string | undefined
}

/** Who includes whom in a kernel's tree, and what files there are to include. */
export interface Includes {
  readonly lines: IncludeLines
  readonly files: ReadonlySet<string>
}

const NO_INCLUDES: Includes = { lines: new Map(), files: new Set() }

interface KeptTree {
  readonly folder: string
  readonly tree: string
}

/** The tree of a cached kernel never changes, so what is read off all of it is kept in its folder. */
export async function readIncludes({ folder, tree }: KeptTree, ports: BuildPorts): Promise<Includes> {
  const lines = await keptIncludeLines({ folder, tree }, ports)
  const files = await kept(`${folder}/c-files`, async () => (await ports.cFiles(tree)).join('\n'), ports)
  return { lines: parseIncludeLines(lines), files: new Set(files.split('\n')) }
}

export async function readSourceIncludes(place: KeptTree, ports: BuildPorts): Promise<IncludeLines> {
  const select = async () => (await keptIncludeLines(place, ports)).split('\n').filter((line) => line.endsWith('.c'))
  return parseIncludeLines(await kept(`${place.folder}/source-include-lines`, async () => (await select()).join('\n'), ports))
}

function keptIncludeLines({ folder, tree }: KeptTree, ports: BuildPorts): Promise<string> {
  return kept(`${folder}/include-lines`, () => ports.includeLines(tree), ports)
}

/** Stage 1: the patches apply to the kernel's source, one after the other, and touch nothing but C units and headers. Everything that is wrong is said at once. */
export async function sourceStage(request: BuildRequest, kernel: SourceKernel, ports: BuildPorts): Promise<SourceStage> {
  const patches = request.patches.map(({ file, text }) => parseUnifiedDiff(text, file))
  const place = (path: string) => (kernel.prefix === undefined ? path : `${kernel.prefix}/${path}`)
  const files = patches.flatMap((patch) => patch.files.map((file) => ({ patch, file: { ...file, path: place(file.path) } })))
  const code = files.filter(({ file }) => !isNoCode(file.path))
  refuseUnsupported(
    code.map(({ file }) => file),
    kernel.commands,
  )
  const notes = files
    .filter(({ file }) => isNoCode(file.path))
    .map(({ file }) => ({ unit: file.path, subject: file.path, text: 'no code: left out' }))

  const { release, fuzz } = request
  const applied = await applyPatches(code, { tree: kernel.tree, release, fuzz }, ports)
  const paths = applied.map(({ path }) => path)
  const isUnit = (path: string) => unitsOfSource(kernel.commands, path).length > 0
  const includersOf = reachFinder(paths.some(isUnit) ? await kernel.sourceIncludes() : NO_INCLUDES.lines, NO_INCLUDES.files)
  const headers = paths.filter((path) => !isUnit(path) || includersOf([path]).size > 0)
  const direct = paths.flatMap((path) => unitsOfSource(kernel.commands, path))
  for (const unit of direct) sayUntraced(unit, ports)
  if (headers.length > 0) ports.progress(`source: looking for units that include ${headers.join(', ')}`)
  const unitsIncluding = unitFinder(kernel.commands, headers.length > 0 ? await kernel.includes() : NO_INCLUDES)
  const through = unitsIncluding(headers)
  const units = [...new Set([...direct, ...through])].toSorted((a, b) => (a.source < b.source ? -1 : 1))
  const unused = headers
    .filter((path) => path.endsWith('.c') && !isUnit(path) && unitsIncluding([path]).length === 0)
    .map((path) => ({ unit: path, subject: path, text: 'this kernel does not compile it: left out' }))
  return {
    patches,
    changedFiles: new Map(applied.map(({ path, patched, isDeleted }) => [path, isDeleted ? undefined : withStableLines(patched)])),
    units,
    headers,
    places: applied.flatMap(({ path, original, patched }) => changedPlaces(path, original, patched)),
    notes: [...notes, ...unused, ...noteMissingState(applied)],
  }
}

/** What no object shows and the author need not have asked the review for. */
function noteMissingState(applied: readonly PatchedSource[]): Note[] {
  const files = applied
    .filter(({ path }) => /\.[ch]$/.test(path))
    .map(({ path, original, patched, isDeleted }) => readChange(path, original, isDeleted ? [] : patched))
  const found = findMissingState({ files, functions: files.flatMap(changedFunctions) })
  return found.map(({ file, subject, what }) => ({ unit: file, subject, text: what }))
}

function refuseUnsupported(files: readonly PatchedFile[], commands: UnitCommands): void {
  const refused = files.flatMap((file) => {
    const owners = unitsOfSource(commands, file.path).flatMap((unit) => unit.owners)
    const isElsewhere = owners.length > 0 && owners.every((owner) => owner.kind === 'other')
    const reason =
      refuseFile(file) ?? (isElsewhere ? 'not part of the running kernel or a module (vDSO, boot or real-mode code)' : undefined)
    return reason === undefined ? [] : [`${file.path} is ${reason}`]
  })
  if (refused.length === 0) return
  throw new Fault(
    'source/unsupported',
    `Cannot make a live patch of ${refused.length} of the patch's files:\n${refused.map((line) => `  - ${line}`).join('\n')}`,
    {
      try: 'leave them out if the fix does not need them; a fix that needs them takes a reboot',
    },
  )
}

/** Before anything is compiled: what changes in such a file can hardly be carried. */
function sayUntraced(unit: UnitCommand, ports: BuildPorts): void {
  if (isTraced(unit)) return
  ports.progress(`source: the kernel compiles ${sourceFile(unit)} without tracing: functions that change there cannot be redirected`)
}

/** The units of the running kernel and its modules that may include one of these headers, by the text of their includes. */
export function unitFinder({ units }: UnitCommands, { lines, files }: Includes): (headers: readonly string[]) => UnitCommand[] {
  const find = reachFinder(lines, files)
  return (headers) => {
    const reached = find(headers)
    return reached.size === 0 ? [] : units.filter((unit) => reached.has(sourceFile(unit)) && isRunning(unit))
  }
}
