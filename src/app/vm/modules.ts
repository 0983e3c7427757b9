import { Fault } from '../../core/base/mod.ts'
import { moduleNameOfPath, readModuleFile } from '../../core/kernel/mod.ts'
import type { CachedKernel } from '../kernel/mod.ts'
import type { VmPorts } from './ports.ts'

export interface GuestModule {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * These modules of a kernel, or of `others` that are none of its own, with all that they depend on, in the order in which they load. Faults: io/missing for
 * a name that the kernel lacks.
 */
export async function withDependencies(
  names: readonly string[],
  kernel: CachedKernel,
  ports: VmPorts,
  others: readonly GuestModule[] = [],
): Promise<GuestModule[]> {
  if (names.length === 0) return []
  const paths = new Map((await ports.moduleFiles(kernel.paths.modules)).map((path) => [moduleNameOfPath(path), path]))
  const loaded = new Map<string, GuestModule>()
  const load = async (wanted: string): Promise<void> => {
    const name = wanted.replaceAll('-', '_')
    if (loaded.has(name)) return
    const other = others.find((module) => module.name === name)
    const path = other === undefined ? paths.get(name) : name
    if (path === undefined)
      throw new Fault('io/missing', `Cannot load the module ${name}: ${kernel.target.release} has none of this name`, {
        in: kernel.paths.modules,
      })
    const bytes = other?.bytes ?? (await ports.readModule(path))
    for (const depend of readModuleFile(bytes, path).depends) await load(depend)
    loaded.set(name, { name, bytes })
  }
  for (const name of names) await load(name)
  return [...loaded.values()]
}
