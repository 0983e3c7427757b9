import { Fault } from '../../core/base/mod.ts'
import { type AppliedLine, type PatchedFile, type SourcePatch, applyHunks } from '../../core/source/mod.ts'
import type { KernelPorts } from '../kernel/mod.ts'

/** A part of a patch: one file that it changes. */
export interface FilePatch {
  readonly patch: Pick<SourcePatch, 'file'>
  readonly file: PatchedFile
}

/** A source file with all patches applied. */
export interface PatchedSource {
  readonly path: string
  readonly original: readonly string[]
  /** Lines keep the number that they have in the original, through all patches. */
  readonly patched: readonly AppliedLine[]
  readonly isDeleted: boolean
}

export interface PatchedTree {
  readonly tree: string
  /** For messages. */
  readonly release: string
  readonly fuzz: number
}

/** Applies patches one after the other; the tree is only read. All that does not fit is said at once. Faults: source/missing-file, source/does-not-apply. */
export async function applyPatches(
  patches: readonly FilePatch[],
  { tree, release, fuzz }: PatchedTree,
  { files }: Pick<KernelPorts, 'files'>,
): Promise<PatchedSource[]> {
  const originals = await readOriginals(patches, tree, files)
  const current = new Map(
    [...originals].map(([path, lines]) => [path, lines.map((text, rank): AppliedLine => ({ text, original: rank + 1 }))]),
  )
  const failures: string[] = []
  for (const { patch, file } of patches) {
    const before = current.get(file.path) ?? []
    const outcome = applyHunks(
      before.map(({ text }) => text),
      file,
      { fuzz },
    )
    if (outcome.kind === 'applied') {
      const lines = outcome.lines.map(({ text, original = 0 }) => ({ text, original: before[original - 1]?.original }))
      current.set(file.path, lines)
    } else {
      const why =
        outcome.kind === 'ambiguous'
          ? `the context is not where the hunk says, and at lines ${outcome.places.slice(0, 5).join(', ')} alike`
          : `line ${outcome.at} should be "${outcome.expected.trim()}" and is "${outcome.found.trim()}"`
      failures.push(`${file.path} (${patch.file}, line ${outcome.hunk.at}): ${why}`)
    }
  }
  if (failures.length > 0) {
    throw new Fault(
      'source/does-not-apply',
      `Cannot apply the patch to the source of ${release}:\n${failures.map((line) => `  - ${line}`).join('\n')}`,
      {
        try: 'make the patch against exactly this source (it may be applied already); --fuzz N lets N lines of context differ',
      },
    )
  }
  const deleted = new Set(patches.filter(({ file }) => file.kind === 'deleted').map(({ file }) => file.path))
  return [...current].map(([path, patched]) => ({ path, original: originals.get(path) ?? [], patched, isDeleted: deleted.has(path) }))
}

async function readOriginals(patches: readonly FilePatch[], tree: string, files: KernelPorts['files']): Promise<Map<string, string[]>> {
  const originals = new Map<string, string[]>()
  const missing: string[] = []
  for (const { file } of patches) {
    const path = `${tree}/${file.path}`
    if (originals.has(file.path)) continue
    if (file.kind === 'created') originals.set(file.path, [])
    else if (await files.exists(path)) originals.set(file.path, (await files.readText(path)).split('\n'))
    else missing.push(file.path)
  }
  if (missing.length > 0) {
    throw new Fault('source/missing-file', `Cannot find ${missing.join(', ')} in the source of this kernel`, {
      try: 'check the paths: one leading folder (a/, b/) is taken off',
    })
  }
  return originals
}
