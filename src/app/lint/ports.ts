import type { KernelPorts } from '../kernel/mod.ts'

/** What the review needs from the world. */
export interface LintPorts {
  readonly home: string
  readonly files: KernelPorts['files']
  readonly progress: (text: string) => void
  /** Which of these files of a tree, and which headers below these folders, hold one of these words, as paths in the tree. */
  readonly filesNaming: (
    tree: string,
    where: { readonly files: readonly string[]; readonly headersIn: readonly string[] },
    words: readonly string[],
  ) => Promise<string[]>
}
