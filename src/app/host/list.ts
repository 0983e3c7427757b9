import { Fault } from '../../core/base/mod.ts'
import { type PatchRecord, type Standing, compareKernels, formatRetraction } from '../../core/host/mod.ts'
import { readRecord } from './host-store.ts'
import type { HostPorts } from './ports.ts'
import { readLivepatch } from './read-kernel.ts'

/** A live patch that this host keeps. */
export interface KeptPatch extends Omit<PatchRecord, 'standing'> {
  readonly standing: Standing['kind']
  /** Of a quarantine, of what was taken back, and of a trial that a reboot ended. */
  readonly why: string | null
  /** Whether the running kernel has it enabled. */
  readonly isInForce: boolean
}

/** Every live patch that this host keeps, for any kernel: those for the running one first, then the newest kernels. Faults: host/not-root. */
export async function listKept(ports: HostPorts): Promise<KeptPatch[]> {
  if (ports.actor.uid !== 0)
    throw new Fault('host/not-root', 'Cannot list the live patches that this host keeps: only root may read them', {
      try: 'run the same command with sudo; kmend patches shows what is loaded to everyone',
    })
  const running = ports.system.read('/proc/sys/kernel/osrelease')?.trim() ?? ''
  const enabled = new Set(readLivepatch(ports.system)?.patches.flatMap(({ name, isEnabled }) => (isEnabled ? [name] : [])))
  const kernel = ({ release }: PatchRecord) => ({ release, packageVersion: undefined })
  const { patches } = await readRecord(ports)
  return patches
    .toSorted(
      (a, b) =>
        Number(b.release === running) - Number(a.release === running) || compareKernels(kernel(b), kernel(a)) || b.version - a.version,
    )
    .map((patch) => ({
      ...patch,
      standing: patch.standing.kind,
      why: whyNot(patch),
      isInForce: patch.release === running && enabled.has(patch.name),
    }))
}

/** Why a live patch is not loaded at the next boot, where a person has to decide; null elsewhere. */
export function whyNot({ standing, retracted }: Pick<PatchRecord, 'standing' | 'retracted'>): string | null {
  if (standing.kind === 'quarantined') return standing.reason
  if (retracted !== undefined) return `its publisher has taken it back: ${formatRetraction(retracted)}`
  return standing.kind === 'kept' && standing.cutShort === true ? 'its trial was ended by a reboot: apply it again' : null
}
