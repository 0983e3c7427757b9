import { type FileChange, readChange } from '../../core/lint/mod.ts'
import { isNoCode, parseUnifiedDiff } from '../../core/source/mod.ts'
import { type PatchedTree, applyPatches } from '../source/mod.ts'
import type { LintPorts } from './ports.ts'

export interface LintSource extends PatchedTree {
  readonly patches: readonly { readonly file: string; readonly text: string }[]
}

/** The C files and headers of the patches, before and after, and the paths of what the review cannot read. Faults: source/*. */
export async function changedFiles(
  { patches, ...tree }: LintSource,
  ports: LintPorts,
): Promise<{ readonly files: readonly FileChange[]; readonly notReviewed: readonly string[] }> {
  const all = patches.flatMap(({ file, text }) => {
    const patch = parseUnifiedDiff(text, file)
    return patch.files.map((patched) => ({ patch, file: patched }))
  })
  const isReviewed = (path: string) => !isNoCode(path) && /\.[ch]$/.test(path)
  const applied = await applyPatches(
    all.filter(({ file }) => isReviewed(file.path)),
    tree,
    ports,
  )
  const notReviewed = new Set(all.map(({ file }) => file.path).filter((path) => !isReviewed(path)))
  return {
    files: applied.map(({ path, original, patched, isDeleted }) => readChange(path, original, isDeleted ? [] : patched)),
    notReviewed: [...notReviewed],
  }
}
