import { type InstalledKernel, compareKernels, packageVersionIn } from '../../core/host/mod.ts'
import { BOOT_HEADER_BYTES, readKernelVersion } from '../../core/kernel/mod.ts'
import { PATHS } from './paths.ts'
import type { SystemPort } from './ports.ts'

/** The kernels in /boot, the oldest first; what they are stands in the images themselves. */
export function readInstalledKernels(system: Pick<SystemPort, 'names' | 'readRange'>): InstalledKernel[] {
  const files = system.names(PATHS.boot).filter((name) => name.startsWith('vmlinuz-'))
  return files
    .map((name) => {
      const path = `${PATHS.boot}/${name}`
      const start = system.readRange(path, 0n, BOOT_HEADER_BYTES)
      const told = start === undefined ? undefined : readKernelVersion(start, path)
      return {
        release: told?.release ?? name.slice('vmlinuz-'.length),
        packageVersion: told === undefined ? undefined : packageVersionIn(told.version),
      }
    })
    .toSorted(compareKernels)
}
