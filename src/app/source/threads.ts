import { type UnitCommands, isRunning, sourceFile } from '../../core/kernel/mod.ts'
import { THREAD_WORDS, type ThreadFunctions, parseThreadLines, threadLinesOf } from '../../core/source/mod.ts'
import { kept } from './kept.ts'
import type { TreePorts } from './ports.ts'

/** What the sources of a kernel's units say of its threads; kept in the kernel's folder, since they never change. */
export async function readThreads(
  { folder, tree, commands }: { readonly folder: string; readonly tree: string; readonly commands: UnitCommands },
  ports: TreePorts,
): Promise<ThreadFunctions> {
  const read = async () => {
    const files = [...new Set(commands.units.filter(isRunning).map(sourceFile))]
    ports.progress(`threads: looking for what kernel threads run in ${files.length} files`)
    const found = await ports.filesNaming(tree, { files, headersIn: [] }, THREAD_WORDS)
    const lines = await Promise.all(
      found.toSorted().map(async (path) => threadLinesOf(await ports.files.readText(`${tree}/${path}`)).map((line) => `${path}:${line}`)),
    )
    return lines.flat().join('\n')
  }
  return parseThreadLines(await kept(`${folder}/thread-lines`, read, ports))
}
