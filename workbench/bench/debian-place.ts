import type { CachedKernel } from '../../src/app/kernel/mod.ts'
import { type DebianMachine, makeDebianMachine } from '../../test/kit/debian-machine.ts'
import { installAgent } from '../../test/kit/install-agent.ts'
import { type Place, PROGRAMS } from './place.ts'

export interface DebianPlace extends Place {
  readonly machine: DebianMachine
}

interface Laid {
  /** Path of the package of the host tool. */
  readonly deb: string
  /** Folder of the measuring programs. */
  readonly programs: string
  /** Files of a live patch; they get into /srv/patch. */
  readonly patch: readonly string[]
}

const SECONDS = 1000
/** For one script: some runs of a command, or one on a busy machine, on a slow processor. A boot has as long. */
const TIMEOUT_MS = 900 * SECONDS

/** A Debian with the package installed and no agent's timer; booted. Who asks for it discards the machine. Faults: as `makeDebianMachine`, and of a boot. */
export async function bootDebian(kernel: CachedKernel, { deb, programs, patch }: Laid): Promise<DebianPlace> {
  const files = new Map([['/srv/kmend-agent.deb', deb]])
  for (const name of PROGRAMS) files.set(`/srv/${name}`, `${programs}/${name}`)
  for (const path of patch) files.set(`/srv/patch/${path.replace(/.*\//, '')}`, path)
  const machine = await makeDebianMachine(kernel, { files })
  const run = async (script: string) => {
    const { code, stdout, stderr } = await machine.vm.run(script, { timeoutMs: TIMEOUT_MS })
    if (code === 0) return stdout
    throw new Error(`Cannot measure: "${script}" ended with ${code} in the virtual machine: ${stderr}${stdout}`)
  }
  try {
    await machine.boot({ timeoutMs: TIMEOUT_MS })
    await run(installAgent('/srv/kmend-agent.deb'))
    return { machine, what: await describe(run), programs: '/srv', run }
  } catch (error) {
    await machine.discard()
    throw error
  }
}

/** Says plainly whether the figures are those of a real processor. */
async function describe(run: Place['run']): Promise<string> {
  const said = await run(`nproc; awk '/^MemTotal/ { print $2 }' /proc/meminfo; uname -r; systemd-detect-virt || true`)
  const [processors = '', memoryKb = '', release = '', hypervisor = ''] = said.split('\n')
  const kind =
    hypervisor === 'kvm'
      ? 'virtual, at the speed of this machine'
      : 'EMULATED by QEMU in software: compare the figures below with each other only, a real machine is many times faster'
  return `a Debian with systemd in a virtual machine: ${processors} processors, ${Math.round(Number(memoryKb) / 1024)} MB, kernel ${release}\n  its processors are ${kind}`
}
