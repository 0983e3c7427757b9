import type { FileDigests } from '../../core/source/mod.ts'
import type { KernelPorts } from '../kernel/mod.ts'

/** What is needed to look through a kernel's tree. */
export interface TreePorts extends Pick<KernelPorts, 'files' | 'progress'> {
  /** Which of these files of a tree, and which headers below these folders, hold one of these words, as paths in the tree. */
  readonly filesNaming: (
    tree: string,
    where: { readonly files: readonly string[]; readonly headersIn: readonly string[] },
    words: readonly string[],
  ) => Promise<string[]>
}

/** What is needed to read kernel source other than that of a prepared kernel. */
export interface SourcePorts extends Pick<KernelPorts, 'home' | 'progress' | 'archive' | 'files' | 'unpack' | 'withLock'> {
  /** Digest of every file of a tree. */
  readonly digestTree: (tree: string) => Promise<FileDigests>
  /** Text of the changelog that a package brings along. */
  readonly changelog: (deb: string) => Promise<string>
}
