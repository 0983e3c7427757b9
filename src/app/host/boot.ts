import { type BootPlan, type PatchRecord, type Policy, acceptedFor, formatPermit, modeOf, planBoot } from '../../core/host/mod.ts'
import { note, readRecord, writeRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import { PATHS, patchFolder } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { putIn } from './put-in.ts'
import { readCandidate } from './read-candidate.ts'
import { readKernel } from './read-kernel.ts'
import { readPolicy, withHost } from './session.ts'
import { takeOverEarly } from './take-over-early.ts'

export interface BootReport {
  readonly events: BootPlan['events']
  /** What came of each live patch that comes back; none where the kernel command line forbids it. */
  readonly restored: readonly HostOutcome[]
}

/** Early at boot: judges how the last boot ended, and brings back what is accepted for this kernel. */
export async function restoreAtBoot(ports: HostPorts): Promise<BootReport> {
  // Before anything can go wrong: should this boot crash, the next one loads nothing before it has come here. Where it cannot be removed it runs out.
  await ports.files.remove(PATHS.permit).catch((error: unknown) => ports.progress(String(error)))
  return withHost(ports, async (policy) => {
    const facts = readKernel(ports.system)
    const { release, bootId } = facts
    const plan = planBoot(await readRecord(ports), {
      ...{ release, buildId: facts.buildId ?? '', bootId },
      ...{ nowMs: ports.nowMs(), isAutomatic: policy.updates.automatic },
    })
    await writeRecord(plan.record, ports)
    for (const { name, kind, text } of plan.events) {
      const act = kind === 'quarantined' ? 'quarantine' : 'recover'
      await note({ act, patch: name, release, reason: null, outcome: 'done', detail: { text } }, ports)
    }
    const wanted = modeOf(facts) === 'on' ? plan.restore : []
    const early = await takeOverEarly(wanted, policy, ports)
    const left = wanted.filter((patch) => !early.some((taken) => taken.patch === patch))
    return { events: plan.events, restored: [...early.map(({ outcome }) => outcome), ...(await restoreAll(left, policy, ports))] }
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

/**
 * At a clean shutdown: a boot that ends without this has crashed, or lost its power. It alone permits the next boot to load live patches from the initial RAM
 * disk. Faults: host/policy, once the shutdown is noted.
 */
export async function noteShutdown(ports: HostPorts): Promise<void> {
  const record = await readRecord(ports)
  const { release, buildId = '', bootId } = readKernel(ports.system)
  await writeRecord({ ...record, cleanBootId: bootId }, ports)
  const permit = formatPermit(record, await readPolicy(ports), { running: { release, buildId }, nowMs: ports.nowMs() })
  if (permit !== undefined) await ports.files.write(PATHS.permit, permit)
}
