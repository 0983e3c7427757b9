import { folderOf } from '../../core/c/mod.ts'
import { type UnitCommands, isRunning, plainPath, sourceFile } from '../../core/kernel/mod.ts'
import { type IncludeLines, weakFunctionsIn } from '../../core/source/mod.ts'
import type { TreePorts } from './ports.ts'

interface Sources {
  readonly tree: string
  readonly commands: UnitCommands
  /** The includes of C files: `kernel/sched/idle.c` is part of `build_policy.c`. */
  readonly sourceIncludes: () => Promise<IncludeLines>
}

/** For each of these functions of which a kernel's units have a weak definition, the source of that. */
export async function findWeakDefaults(
  { tree, commands, sourceIncludes }: Sources,
  names: readonly string[],
  ports: TreePorts,
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map()
  const included = [...(await sourceIncludes())].flatMap(([path, lines]) => lines.map(({ name }) => plainPath(`${folderOf(path)}${name}`)))
  const files = [...new Set([...commands.units.filter(isRunning).map(sourceFile), ...included])]
  const found = await ports.filesNaming(tree, { files, headersIn: [] }, names)
  const weak = await Promise.all(
    found.map(async (path) =>
      weakFunctionsIn(await ports.files.readText(`${tree}/${path}`), names).map((name): [string, string] => [name, path]),
    ),
  )
  return new Map(weak.flat())
}
