import type { Vm, VmPorts, VmSpec } from './ports.ts'

/**
 * Hardware virtualisation is used once it has booted a kernel on this machine within a time limit, and until it fails: that its device is there
 * proves nothing, nested it can hang. docs/decisions/0004-software-emulation.md.
 */

/** A boot in hardware takes a second or two; one that hangs costs this, once. */
const TRIAL_MS = 20_000

/** Boots with hardware where it is proven, or is to be tried now; else, and when that fails, in software. */
export async function bootFastest(spec: Omit<VmSpec, 'accelerator'>, isTrial: boolean, ports: VmPorts): Promise<Vm> {
  if (isTrial || (await isProven(ports))) {
    try {
      const vm = await ports.boot({ ...spec, accelerator: 'hardware', bootTimeoutMs: TRIAL_MS })
      if (!(await isProven(ports))) await ports.files.write(markPath(ports), `${ports.machine()}\n`)
      return vm
    } catch (error) {
      ports.progress(`vm: hardware virtualisation does not work here: ${(error as Error).message}`)
      await ports.files.remove(markPath(ports))
    }
  }
  return ports.boot({ ...spec, accelerator: 'software' })
}

/** The proof holds for one machine: a cache can be copied to another. */
async function isProven(ports: VmPorts): Promise<boolean> {
  const mark = markPath(ports)
  return (await ports.files.exists(mark)) && (await ports.files.readText(mark)).trim() === ports.machine()
}

function markPath({ home }: VmPorts): string {
  return `${home}/hardware-virtualisation`
}
