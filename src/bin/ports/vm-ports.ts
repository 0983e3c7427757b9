import { cpus, hostname, release } from 'node:os'
import type { VmPorts } from '../../app/vm/mod.ts'
import { moduleFiles } from '../../io/folders.ts'
import { bootQemu } from '../../io/qemu.ts'
import { readModule } from '../../io/unpack-image.ts'
import { kmendHome } from '../home.ts'
import { makeKernelPorts } from './kernel-ports.ts'

/** The virtual machine's ports, on this machine. */
export function makeVmPorts(progress: (text: string) => void, home = kmendHome()): VmPorts {
  return {
    home,
    files: makeKernelPorts(progress, home).files,
    progress,
    moduleFiles,
    readModule,
    machine: () => [hostname(), release(), cpus()[0]?.model ?? ''].join(', '),
    async boot(spec) {
      const vm = await bootQemu(spec)
      return {
        bootMs: vm.bootMs,
        run: (script, options) => vm.run(script, options),
        put: (path, content) => vm.put(path, content),
        get: (path) => vm.get(path),
        interact: () => vm.interact(),
        console: () => vm.console(),
        stop: () => vm.stop(),
      }
    },
  }
}
