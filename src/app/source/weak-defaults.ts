import { type UnitCommands, isRunning, sourceFile } from '../../core/kernel/mod.ts'
import { weakFunctionsIn } from '../../core/source/mod.ts'
import type { TreePorts } from './ports.ts'

/** For each of these functions of which a kernel's units have a weak definition, the source of that. */
export async function findWeakDefaults(
  { tree, commands }: { readonly tree: string; readonly commands: UnitCommands },
  names: readonly string[],
  ports: TreePorts,
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map()
  const files = [...new Set(commands.units.filter(isRunning).map(sourceFile))]
  const found = await ports.filesNaming(tree, { files, headersIn: [] }, names)
  const weak = await Promise.all(
    found.map(async (path) =>
      weakFunctionsIn(await ports.files.readText(`${tree}/${path}`), names).map((name): [string, string] => [name, path]),
    ),
  )
  return new Map(weak.flat())
}
