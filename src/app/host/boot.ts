import { type BootPlan, type PatchRecord, type Policy, acceptedFor, modeOf, planBoot } from '../../core/host/mod.ts'
import { note, readRecord, writeRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import { patchFolder } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { putIn } from './put-in.ts'
import { readCandidate } from './read-candidate.ts'
import { readKernel } from './read-kernel.ts'
import { withHost } from './session.ts'

export interface BootReport {
  readonly events: BootPlan['events']
  /** What came of each live patch that comes back; none where the kernel command line forbids it. */
  readonly restored: readonly HostOutcome[]
}

/** Early at boot: judges how the last boot ended, and brings back what is accepted for this kernel. */
export async function restoreAtBoot(ports: HostPorts): Promise<BootReport> {
  return withHost(ports, async (policy) => {
    const facts = readKernel(ports.system)
    const { release, bootId } = facts
    const plan = planBoot(await readRecord(ports), { release, buildId: facts.buildId ?? '', bootId, nowMs: ports.nowMs() })
    await writeRecord(plan.record, ports)
    for (const { name, kind, text } of plan.events) {
      const act = kind === 'quarantined' ? 'quarantine' : 'recover'
      await note({ act, patch: name, release, reason: null, outcome: 'done', detail: { text } }, ports)
    }
    if (modeOf(facts) !== 'on') return { events: plan.events, restored: [] }
    return { events: plan.events, restored: await restoreAll(plan.restore, policy, ports) }
  })
}

/** Loads every live patch that is accepted for this kernel. */
export async function restoreNow(ports: HostPorts): Promise<readonly HostOutcome[]> {
  return withHost(ports, async (policy) => {
    const { release, buildId = '' } = readKernel(ports.system)
    return restoreAll(acceptedFor(await readRecord(ports), { release, buildId }), policy, ports)
  })
}

async function restoreAll(patches: readonly PatchRecord[], policy: Policy, ports: HostPorts): Promise<HostOutcome[]> {
  const outcomes: HostOutcome[] = []
  for (const patch of patches) {
    const read = await readCandidate(patchFolder(patch), patch.release, ports)
    outcomes.push(await putIn({ act: 'restore', read, mayReplaceOthers: false, reason: null, package: null }, policy, ports))
  }
  return outcomes
}

/** At a clean shutdown: a boot that ends without this has crashed, or lost its power. */
export async function noteShutdown(ports: HostPorts): Promise<void> {
  const record = await readRecord(ports)
  await writeRecord({ ...record, cleanBootId: readKernel(ports.system).bootId }, ports)
}
