import { Fault } from '../../core/base/mod.ts'
import {
  type FollowAct,
  type FollowPlan,
  type Followed,
  type Policy,
  formatDecision,
  inForce,
  isCheckDue,
  modeOf,
  planApply,
  planFollow,
} from '../../core/host/mod.ts'
import type { Offer } from '../../core/trust/mod.ts'
import { checkRepository, offersNow } from './check-repository.ts'
import { readFollowed, readFollowing, writeFollowing } from './following-store.ts'
import { note, readRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import type { HostPorts } from './ports.ts'
import { putIn } from './put-in.ts'
import { readCandidate } from './read-candidate.ts'
import { readKernel } from './read-kernel.ts'
import { readBrought } from './read-offered.ts'
import { takeOff } from './remove.ts'

export interface FollowReport {
  readonly plan: FollowPlan
  /** Null when nothing was to be done. */
  readonly outcome: HostOutcome | null
  /** Why the repository could not be asked, or what it has could not be used. */
  readonly faults: readonly Fault[]
}

/** Asks the repository that this host follows when it is time, and does what is to be done now; undefined when it follows none. */
export async function follow(policy: Policy, ports: HostPorts): Promise<FollowReport | undefined> {
  const followed = await readFollowed(ports)
  if (followed === undefined) return undefined
  const wish = { policy, choose: (offers: readonly Offer[]) => chosen(offers, policy, ports), takesData: false }
  const faults = (await isDue(policy, ports)) ? await faultOf(() => checkRepository(followed, { ...wish, takesData: true }, ports)) : []
  const before = await planNow(policy, ports)
  const facts = readKernel(ports.system)
  const mayAct = facts.livepatch !== undefined && modeOf(facts) === 'on'
  if (!mayAct || !isToDo(before.act)) return conclude({ plan: before, outcome: null, faults }, followed, ports)
  let report: FollowReport = { plan: before, outcome: null, faults }
  const failed = await faultOf(async () => {
    // Asked once more when it is acted, not only when it is planned: what was taken back since must not go in.
    const plan = await planFrom(await offersNow(followed, wish, ports), policy, ports)
    report = { plan, outcome: isToDo(plan.act) ? await carryOut(plan.act, policy, ports) : null, faults }
  })
  return conclude({ ...report, faults: failed.length > 0 ? failed : faults }, followed, ports)
}

/** What would be done now, by what is known. */
export async function planNow(policy: Policy, ports: HostPorts): Promise<FollowPlan> {
  const { release, offers } = await readFollowing(ports)
  return planFrom(release === readKernel(ports.system).release ? offers : [], policy, ports)
}

export async function planFrom(offers: readonly Offer[], policy: Policy, ports: HostPorts): Promise<FollowPlan> {
  const { release, buildId = '', livepatch } = readKernel(ports.system)
  const record = await readRecord(ports)
  const current = inForce(livepatch?.patches ?? [], record, release)
  return planFollow(offers, { release, buildId, record, inForce: current, nowMs: ports.nowMs(), zone: ports.zone() }, policy)
}

/** What is about to go in, now or at a time. */
export async function chosen(offers: readonly Offer[], policy: Policy, ports: HostPorts): Promise<Offer | undefined> {
  const { act } = await planFrom(offers, policy, ports)
  return act.kind === 'apply' || (act.kind === 'wait' && act.untilMs !== null) ? act.offer : undefined
}

async function isDue({ updates }: Policy, ports: HostPorts): Promise<boolean> {
  const following = await readFollowing(ports)
  const { digest, nowMs, system } = ports
  // The machine id itself is nobody else's business: machine-id(5).
  const place = Number.parseInt(digest(`kmend ${system.read('/etc/machine-id')?.trim() ?? ''}`).slice(0, 8), 16) / 2 ** 32
  return (
    isCheckDue(following, updates.intervalMs, { nowMs: nowMs(), place }) ||
    (following.failures === 0 && following.release !== readKernel(system).release)
  )
}

type ToDo = Extract<FollowAct, { kind: 'apply' | 'step-back' }>

function isToDo(act: FollowAct): act is ToDo {
  return act.kind === 'apply' || act.kind === 'step-back'
}

/** What speaks against it speaks so in every round: it is said, and makes no entry of the history each time. */
async function carryOut(act: ToDo, policy: Policy, ports: HostPorts): Promise<HostOutcome> {
  const reason = formatDecision(act)
  if (act.kind === 'step-back' && act.to === null) return takeOff({ name: act.from.name, reason }, policy, ports)
  const facts = readKernel(ports.system)
  const read = act.kind === 'apply' ? await readBrought(act.offer, ports) : await readCandidate(act.to?.name ?? '', facts.release, ports)
  const { candidate } = read
  const wish = { candidate, mayLower: act.kind === 'step-back', mayReplaceOthers: false }
  const plan = planApply(wish, facts, await readRecord(ports), policy)
  if (plan.kind === 'refused') return { kind: 'refused', name: candidate.name, faults: plan.faults }
  const kind = act.kind === 'apply' ? 'apply' : 'downgrade'
  return putIn({ act: kind, read, mayReplaceOthers: false, reason, package: null }, policy, ports)
}

/** A decision is noted when it is another than the one before. */
async function conclude(report: FollowReport, { url, tier }: Followed, ports: HostPorts): Promise<FollowReport> {
  const { act } = report.plan
  const following = await readFollowing(ports)
  const decision = formatDecision(act)
  if (decision === following.decision) return report
  const patch = act.kind === 'nothing' ? null : act.kind === 'step-back' ? act.from.name : act.offer.name
  const { release } = readKernel(ports.system)
  await note({ act: 'decide', patch, release, reason: null, outcome: 'done', detail: { decision, url, tier } }, ports)
  await writeFollowing({ ...following, decision }, ports)
  return report
}

async function faultOf(act: () => Promise<unknown>): Promise<readonly Fault[]> {
  try {
    await act()
    return []
  } catch (error) {
    if (error instanceof Fault) return [error]
    throw error
  }
}
