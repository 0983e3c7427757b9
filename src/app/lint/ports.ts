import type { KernelPorts } from '../kernel/mod.ts'

/** What the review needs from the world. */
export interface LintPorts {
  readonly home: string
  readonly files: KernelPorts['files']
  readonly progress: (text: string) => void
  /** C files below a folder of a tree that hold one of these words, as paths in the tree. */
  readonly filesNaming: (tree: string, folder: string, words: readonly string[]) => Promise<string[]>
}
