import type { CachedKernel } from '../../kernel/mod.ts'
import { type Vm, startVm } from '../../vm/mod.ts'
import type { RepoDemoPorts } from './ports.ts'
import type { Place } from './stage.ts'

export interface Host extends Place {
  readonly vm: Vm
}

/** The loopback of this machine, as the network of the virtual machines has it. */
export const GATEWAY = '10.0.2.2'
const MEMORY_MB = 768
/** Emulated, on a busy machine. */
const TIMEOUT_MS = 180_000

/** The agent asks in each of its rounds, and a trial is over by the next one: nobody waits an hour here. */
const POLICY = '[updates]\ninterval = "1s"\n[trial]\ntime = "1s"\n'
const USERS = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n'

export interface HostSpec {
  readonly name: string
  readonly kernel: CachedKernel
  readonly program: ReadonlyMap<string, Uint8Array>
  /** Without a network. */
  readonly isAlone: boolean
}

/** A host in a virtual machine: a stock kernel, the host's program, and a network that reaches this machine alone: it is given no route to others. */
export async function bootHost({ name, kernel, program, isAlone }: HostSpec, ports: RepoDemoPorts): Promise<Host> {
  const text = (content: string) => new TextEncoder().encode(content)
  const files = new Map([
    ...program,
    ['/etc/passwd', text(USERS)],
    ['/etc/kmend/kmend.toml', text(POLICY)],
    ['/etc/machine-id', text(name)],
  ])
  const modules = isAlone ? [] : ['virtio_pci', 'virtio_net']
  const vm = await startVm(kernel, { files, modules, memoryMb: MEMORY_MB, hasNetwork: !isAlone }, ports.vm)
  if (!isAlone) await vm.run('ip addr add 10.0.2.15/24 dev eth0 && ip link set eth0 up')
  return {
    name,
    vm,
    // A round of the agent asks once a second has passed since the last one.
    run: (line) =>
      vm.run(`export PATH=/usr/bin:$PATH; ${line.startsWith('kmend agent') ? 'sleep 1; ' : ''}${line}`, { timeoutMs: TIMEOUT_MS }),
  }
}
