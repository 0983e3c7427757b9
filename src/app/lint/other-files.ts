import { type UnitCommands, isRunning, sourceFile } from '../../core/kernel/mod.ts'
import { type CodeFile, type FileChange, type FunctionChange, namesToLookUp, readC } from '../../core/lint/mod.ts'
import type { LintPorts } from './ports.ts'

/** More files than this name something only when it is everybody's; then the first ones must do. */
const MOST_FILES = 150

export interface Search {
  readonly names: readonly string[]
  /** How many files were searched besides headers, which files name it, and how many of these were not read. */
  readonly searched: number
  readonly read: readonly string[]
  readonly notRead: number
}

export interface Around {
  readonly tree: string
  readonly commands: UnitCommands
  readonly files: readonly FileChange[]
  readonly functions: readonly FunctionChange[]
}

/**
 * The files that name what the rules ask about. Looked for in what this kernel compiles and in the headers that it may include; the rest of the source
 * calls nothing on the machine. A fix about which no rule asks costs no search.
 */
export async function otherFiles(
  { tree, commands, files, functions }: Around,
  ports: LintPorts,
): Promise<{ readonly others: readonly CodeFile[]; readonly search: Search }> {
  const names = namesToLookUp({ files, functions })
  if (names.length === 0) return { others: [], search: { names, searched: 0, read: [], notRead: 0 } }
  const changed = files.map(({ path }) => path)
  const folders = changed.map((path) => path.slice(0, path.lastIndexOf('/')))
  const units = commands.units.filter(isRunning).map(sourceFile)
  const architectures = units.flatMap((path) => /^arch\/\w+\//.exec(path)?.[0] ?? [])
  const headersIn = [...new Set(['include', ...architectures.map((path) => `${path}include`), ...folders])]
  ports.progress(
    `lint: looking for ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''} in ${units.length} files`,
  )
  const naming = new Set(await ports.filesNaming(tree, { files: [...new Set(units)], headersIn }, names))
  const found = [...naming].filter((path) => !changed.includes(path)).toSorted()
  const read = found.slice(0, MOST_FILES)
  const others = await Promise.all(read.map(async (path) => readC(path, await ports.files.readText(`${tree}/${path}`))))
  return { others, search: { names, searched: units.length, read, notRead: found.length - read.length } }
}
