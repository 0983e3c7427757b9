import type { KernelOffer, KernelPaths, KernelRelease } from '../../core/kernel/mod.ts'

/** A kernel on its way into the cache. */
export interface KernelJob {
  readonly release: KernelRelease
  readonly offer: KernelOffer
  readonly paths: KernelPaths
  /** Where the image, headers and kbuild packages are unpacked meanwhile. */
  readonly unpacked: string
}
