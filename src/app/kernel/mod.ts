export { addKernel } from './add.ts'
export { type CachedKernel, cachedReleases, type KernelList, type ListedKernel, listKernels, openKernel } from './list.ts'
export type { KernelPorts } from './ports.ts'
export { removeKernel } from './remove.ts'
