import type { FileDigests } from '../../core/source/mod.ts'
import type { KernelPorts } from '../kernel/mod.ts'

/** What is needed to read kernel source other than that of a prepared kernel. */
export interface SourcePorts extends Pick<KernelPorts, 'home' | 'progress' | 'archive' | 'files' | 'unpack' | 'withLock'> {
  /** Digest of every file of a tree. */
  readonly digestTree: (tree: string) => Promise<FileDigests>
  /** Text of the changelog that a package brings along. */
  readonly changelog: (deb: string) => Promise<string>
}
