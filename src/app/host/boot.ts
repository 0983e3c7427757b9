import { type BootPlan, modeOf, planBoot } from '../../core/host/mod.ts'
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
  /** What came of the live patch that comes back; undefined when there is none, or the kernel command line forbids it. */
  readonly restored: HostOutcome | undefined
}

/** Early at boot: judges how the last boot ended, and brings back the live patch that is accepted for this kernel. */
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
    if (plan.restore === undefined || modeOf(facts) !== 'on') return { events: plan.events, restored: undefined }
    const read = await readCandidate(patchFolder(plan.restore), release, ports)
    const restored = await putIn({ act: 'restore', read, mayReplaceOthers: false, reason: null, package: null }, policy, ports)
    return { events: plan.events, restored }
  })
}

/** At a clean shutdown: a boot that ends without this has crashed, or lost its power. */
export async function noteShutdown(ports: HostPorts): Promise<void> {
  const record = await readRecord(ports)
  await writeRecord({ ...record, cleanBootId: readKernel(ports.system).bootId }, ports)
}
