import { unitFinder, type BuildKernel } from '../../src/app/build/mod.ts'
import { isNoCode } from '../../src/core/source/mod.ts'
import type { CorpusCase } from './corpus.ts'

/** Headers of other machines, and of programs. */
const ELSEWHERE = /^(?:arch\/(?!x86\/)|tools\/|scripts\/|usr\/|samples\/)/

export function isOfThisKernel(path: string): boolean {
  return !isNoCode(path) && !ELSEWHERE.test(path)
}

interface ChangedPart {
  readonly path: string
  /** Objects of the running kernel that it is compiled into. */
  readonly objects: readonly string[]
}

/**
 * Of the changed files that this kernel compiles or includes, those that no case but the whole update has: headers that no name ties to another changed file,
 * and C files that are compiled as a part of others (`kernel/sched/rt.c`). By the text of the includes, so rather too many than too few.
 */
export async function inWholeAlone(
  cases: readonly Pick<CorpusCase, 'kind' | 'files'>[],
  changes: readonly ChangedPart[],
  kernel: Pick<BuildKernel, 'commands' | 'includes'>,
): Promise<string[]> {
  const covered = new Set(cases.flatMap(({ kind, files }) => (kind === 'whole' ? [] : files)))
  const unitsIncluding = unitFinder(kernel.commands, await kernel.includes())
  const isUsed = ({ path, objects }: ChangedPart) =>
    objects.length > 0 || (/\.[ch]$/.test(path) && isOfThisKernel(path) && unitsIncluding([path]).length > 0)
  return changes.flatMap((change) => (covered.has(change.path) || !isUsed(change) ? [] : [change.path]))
}
