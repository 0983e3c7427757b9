import { isRunning, sourceFile } from '../../core/kernel/mod.ts'
import { reachFinder } from '../../core/source/mod.ts'
import type { BuildKernel } from '../build/mod.ts'

/** Textual includes of the tree with those that the update brings: who can include whom, at most. */
export interface IncludeReach {
  /** Everything that may include a file, directly or through others. */
  readonly includersOf: (path: string) => ReadonlySet<string>
  /** Sources of the running kernel's units. */
  readonly sources: ReadonlySet<string>
}

export async function openReach(kernel: BuildKernel): Promise<IncludeReach> {
  const { lines, files } = await kernel.includes()
  const find = reachFinder(lines, files)
  const found = new Map<string, ReadonlySet<string>>()
  return {
    sources: new Set(kernel.commands.units.filter(isRunning).map(sourceFile)),
    includersOf(path) {
      const includers = found.get(path) ?? find([path])
      found.set(path, includers)
      return includers
    },
  }
}
