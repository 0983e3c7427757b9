import { Fault } from '../../core/base/mod.ts'
import type { CachedKernel } from '../kernel/mod.ts'
import { bootFastest } from './accelerator.ts'
import { type GuestModule, withDependencies } from './modules.ts'
import type { Vm, VmPorts } from './ports.ts'

export interface StartOptions {
  readonly modules?: readonly string[]
  /** Modules that are none of the kernel's own, to be found by their names among `modules` and what those depend on. */
  readonly otherModules?: readonly GuestModule[]
  readonly files?: ReadonlyMap<string, Uint8Array>
  readonly commandLine?: readonly string[]
  readonly memoryMb?: number
  /** Try hardware virtualisation, which is used from then on when it works. */
  readonly isHardwareTrial?: boolean
  readonly isInteractive?: boolean
  readonly hasNetwork?: boolean
}

/** Boots a kernel of the cache, with modules loaded and files in place. */
export async function startVm(kernel: CachedKernel, options: StartOptions, ports: VmPorts): Promise<Vm> {
  const modules = await withDependencies(options.modules ?? [], kernel, ports, options.otherModules)
  const files = new Map(options.files)
  for (const module of modules) files.set(guestModulePath(module.name), module.bytes)
  ports.progress(`vm: booting ${kernel.target.release}`)
  const spec = {
    vmlinuz: kernel.paths.vmlinuz,
    files,
    commandLine: options.commandLine ?? [],
    memoryMb: options.memoryMb ?? 512,
    isInteractive: options.isInteractive === true,
    hasNetwork: options.hasNetwork === true,
  }
  const vm = await bootFastest(spec, options.isHardwareTrial === true, ports)
  try {
    await loadModules(vm, modules)
  } catch (error) {
    await vm.stop()
    throw error
  }
  return vm
}

export function guestModulePath(name: string): string {
  return `/modules/${name}.ko`
}

/** Faults: vm/boot. */
async function loadModules(vm: Vm, modules: readonly Pick<GuestModule, 'name'>[]): Promise<void> {
  const [absent] = await loadWhatLoads(vm, modules, REQUIRED_SECONDS)
  if (absent !== undefined) throw new Fault('vm/boot', `Cannot load the module ${absent.name} in the virtual machine: ${absent.said}`)
}

/** A module that the guest did not load, and what it said. */
export interface AbsentModule {
  readonly name: string
  readonly said: string
}

/** A driver whose device is not there may try for long. */
const OPTIONAL_SECONDS = 20
const REQUIRED_SECONDS = 50

/** Loads modules that lie in the guest, in this order, as far as they load: many a driver stays out where its device is not. Returns the others. */
export async function loadWhatLoads(
  vm: Vm,
  modules: readonly Pick<GuestModule, 'name'>[],
  seconds = OPTIONAL_SECONDS,
): Promise<AbsentModule[]> {
  const absent: AbsentModule[] = []
  for (const { name } of modules) {
    const { code, stderr } = await vm.run(`grep -q '^${name} ' /proc/modules || timeout ${seconds} insmod ${guestModulePath(name)}`)
    if (code !== 0) absent.push({ name, said: stderr.trim().replace(/^.*\.ko'?: /, '') || `not done after ${seconds} s` })
  }
  return absent
}
