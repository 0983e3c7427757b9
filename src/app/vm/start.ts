import { Fault } from '../../core/base/mod.ts'
import type { CachedKernel } from '../kernel/mod.ts'
import { withDependencies } from './modules.ts'
import type { Vm, VmPorts } from './ports.ts'

export interface StartOptions {
  readonly modules?: readonly string[]
  readonly files?: ReadonlyMap<string, Uint8Array>
  readonly commandLine?: readonly string[]
  readonly memoryMb?: number
}

/** Boots a kernel of the cache, with modules loaded and files in place. */
export async function startVm(kernel: CachedKernel, options: StartOptions, ports: VmPorts): Promise<Vm> {
  const modules = await withDependencies(options.modules ?? [], kernel, ports)
  const files = new Map(options.files)
  for (const { name, bytes } of modules) files.set(`/modules/${name}.ko`, bytes)
  ports.progress(`vm: booting ${kernel.target.release}`)
  const vm = await ports.boot({
    vmlinuz: kernel.paths.vmlinuz,
    files,
    commandLine: options.commandLine ?? [],
    memoryMb: options.memoryMb ?? 512,
  })
  try {
    for (const { name } of modules) await loadModule(vm, name)
  } catch (error) {
    await vm.stop()
    throw error
  }
  return vm
}

async function loadModule(vm: Vm, name: string): Promise<void> {
  const { code, stderr } = await vm.run(`grep -q '^${name} ' /proc/modules || insmod /modules/${name}.ko`)
  if (code !== 0) throw new Fault('vm/boot', `Cannot load the module ${name} in the virtual machine: ${stderr.trim()}`)
}
