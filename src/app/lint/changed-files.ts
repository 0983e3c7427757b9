import { Fault } from '../../core/base/mod.ts'
import { type FileChange, type PatchedLine, readChange } from '../../core/lint/mod.ts'
import { type PatchedFile, applyHunks, isNoCode, parseUnifiedDiff } from '../../core/source/mod.ts'
import type { LintPorts } from './ports.ts'

export interface LintSource {
  readonly patches: readonly { readonly file: string; readonly text: string }[]
  readonly tree: string
  readonly fuzz: number
}

/** The C files and headers of the patches, before and after, and the paths of what the review cannot read. Faults: source/*. */
export async function changedFiles(
  { patches, tree, fuzz }: LintSource,
  ports: LintPorts,
): Promise<{ readonly files: readonly FileChange[]; readonly notReviewed: readonly string[] }> {
  const before = new Map<string, readonly string[]>()
  const after = new Map<string, readonly PatchedLine[]>()
  const failures: string[] = []
  const notReviewed = new Set<string>()
  for (const { file, text } of patches) {
    for (const patched of parseUnifiedDiff(text, file).files) {
      const { path } = patched
      if (isNoCode(path) || !/\.[ch]$/.test(path)) {
        notReviewed.add(path)
        continue
      }
      const original = before.get(path) ?? (await readLines(patched, tree, ports))
      const current = after.get(path) ?? original.map((line, rank) => ({ text: line, original: rank + 1 }))
      const outcome = applyHunks(
        current.map((line) => line.text),
        patched,
        { fuzz },
      )
      if (outcome.kind !== 'applied') {
        failures.push(`${path} (${file}, line ${outcome.hunk.at})`)
        continue
      }
      before.set(path, original)
      const lines = outcome.file.lines.map((line) => ({ text: line.text, original: current[(line.original ?? 0) - 1]?.original }))
      after.set(path, patched.kind === 'deleted' ? [] : lines)
    }
  }
  if (failures.length > 0) {
    throw new Fault(
      'source/does-not-apply',
      `Cannot apply the patch to this kernel's source:\n${failures.map((line) => `  - ${line}`).join('\n')}`,
      {
        try: 'make the patch against exactly this source (it may be applied already); --fuzz N lets N lines of context differ',
      },
    )
  }
  const files = [...after].map(([path, lines]) => readChange(path, before.get(path) ?? [], lines))
  return { files, notReviewed: [...notReviewed] }
}

async function readLines({ path, kind }: PatchedFile, tree: string, ports: LintPorts): Promise<string[]> {
  if (kind === 'created') return []
  if (await ports.files.exists(`${tree}/${path}`)) return (await ports.files.readText(`${tree}/${path}`)).split('\n')
  throw new Fault('source/missing-file', `Cannot find ${path} in the source of this kernel`, {
    try: 'check the paths: one leading folder (a/, b/) is taken off',
  })
}
