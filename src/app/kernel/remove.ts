import { type KernelRelease, kernelPaths } from '../../core/kernel/mod.ts'
import type { KernelPorts } from './ports.ts'

/** Takes a kernel out of the cache, also one that was being added. Fetched packages stay. Returns whether there was anything. */
export async function removeKernel(release: KernelRelease, ports: KernelPorts): Promise<boolean> {
  const paths = kernelPaths(ports.home, release.release)
  if (!(await ports.files.exists(paths.folder))) return false
  await ports.withLock(paths.lock, async () => {
    // First what says that it is whole: an interrupted removal leaves no kernel behind that looks usable.
    await ports.files.remove(paths.target)
    await ports.files.remove(paths.folder)
  })
  return true
}
