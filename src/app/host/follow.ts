import { Fault } from '../../core/base/mod.ts'
import {
  type FollowAct,
  type FollowPlan,
  type Followed,
  type Policy,
  accept,
  formatDecision,
  inForce,
  isCheckDue,
  modeOf,
  planApply,
  planFollow,
} from '../../core/host/mod.ts'
import type { Offer } from '../../core/trust/mod.ts'
import { type Answer, askRepository, keepAnswer } from './ask-repository.ts'
import { type AskThenAct, askThenAct } from './ask-then-act.ts'
import { readFollowed, readFollowing, writeFollowing } from './following-store.ts'
import { note, readRecord, writeRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import type { HostPorts } from './ports.ts'
import { putIn } from './put-in.ts'
import { readCandidate } from './read-candidate.ts'
import { readKernel } from './read-kernel.ts'
import { readBrought } from './read-offered.ts'
import { takeOff } from './remove.ts'
import { readPolicy } from './session.ts'

export interface FollowReport {
  readonly plan: FollowPlan
  /** Null when nothing was to be done. */
  readonly outcome: HostOutcome | null
  /** Why the repository could not be asked, or what it has could not be used. */
  readonly faults: readonly Fault[]
}

/** Of a host that cannot tell. */
export const NO_PLAN: FollowPlan = { act: { kind: 'nothing', why: 'what is known of the repository cannot be used' }, offers: [] }

/** Asks the repository that this host follows when it is time, and does what is to be done now; null when it follows none. */
export async function follow(ports: HostPorts): Promise<FollowReport | null> {
  try {
    return await askThenAct({ ask: (deadline) => askInTime(deadline, ports), act: (answer, now) => followNow(answer, now, ports) }, ports)
  } catch (error) {
    if (error instanceof Fault) return { plan: NO_PLAN, outcome: null, faults: [error] }
    throw error
  }
}

/** When its time has come, and when something is to be done: what was taken back since must not go in. */
async function askInTime(deadline: AbortSignal, ports: HostPorts): Promise<Answer | undefined> {
  const followed = await readFollowed(ports)
  if (followed === undefined) return undefined
  const policy = await readPolicy(ports)
  const isTime = await isDue(policy, ports)
  if (!isTime && !(mayAct(ports) && isToDo((await planNow(policy, ports)).act))) return undefined
  const choose = (offers: readonly Offer[]) => chosen(offers, policy, ports)
  return askRepository({ followed, known: await readFollowing(ports), policy, choose, takesData: isTime, deadline }, ports)
}

async function followNow(
  answer: Answer | undefined,
  { policy, isFresh }: Parameters<AskThenAct<FollowReport>['act']>[1],
  ports: HostPorts,
): Promise<FollowReport | null | undefined> {
  const followed = await readFollowed(ports)
  if (followed === undefined) return null
  if (answer !== undefined) await keepAnswer(answer, await readFollowing(ports), ports)
  const plan = await planNow(policy, ports)
  const { act } = plan
  const report = { plan, outcome: null, faults: answer?.faults ?? [] }
  if (!mayAct(ports) || !isToDo(act)) return conclude(report, followed, ports)
  if (answer !== undefined && answer.found === undefined) return conclude(report, followed, ports)
  if (!isFresh) return undefined
  if (act.kind === 'apply' && answer?.brought !== act.offer.name)
    return report.faults.length === 0 ? undefined : conclude(report, followed, ports)
  try {
    return await conclude({ ...report, outcome: await carryOut(act, policy, ports) }, followed, ports)
  } catch (error) {
    if (error instanceof Fault) return conclude({ ...report, faults: [error] }, followed, ports)
    throw error
  }
}

/** What would be done now, by what is known. */
export async function planNow(policy: Policy, ports: HostPorts): Promise<FollowPlan> {
  const { release, offers } = await readFollowing(ports)
  return planFrom(release === readKernel(ports.system).release ? offers : [], policy, ports)
}

async function planFrom(offers: readonly Offer[], policy: Policy, ports: HostPorts): Promise<FollowPlan> {
  const { release, buildId = '', livepatch } = readKernel(ports.system)
  const record = await readRecord(ports)
  const current = inForce(livepatch?.patches ?? [], record, release)
  return planFollow(offers, { release, buildId, record, inForce: current, nowMs: ports.nowMs(), zone: ports.zone() }, policy)
}

/** What is about to go in, now or at a time. */
export async function chosen(offers: readonly Offer[], policy: Policy, ports: HostPorts): Promise<Offer | undefined> {
  const { act } = await planFrom(offers, policy, ports)
  if (act.kind === 'wait' && act.untilMs !== null) return offers.find(({ name }) => name === act.name)
  return act.kind === 'apply' ? act.offer : undefined
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

function mayAct({ system }: HostPorts): boolean {
  const facts = readKernel(system)
  return facts.livepatch !== undefined && modeOf(facts) === 'on'
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
  if (act.kind === 'apply') return putIn({ act: 'apply', read, mayReplaceOthers: false, reason, package: null }, policy, ports)
  const outcome = await putIn({ act: 'downgrade', read, mayReplaceOthers: false, reason, package: null }, policy, ports)
  const isHeldUp = outcome.kind === 'refused' && outcome.faults.some(({ code }) => code === 'host/in-memory')
  if (!isHeldUp || act.to === null) return outcome
  // What its publisher wants out does not wait until a task leaves the one before: that one comes at the next boot.
  const removed = await takeOff({ name: act.from.name, reason }, policy, ports)
  if (removed.kind === 'removed') await writeRecord(accept(await readRecord(ports), act.to, ports.nowMs()), ports)
  return removed
}

/** A decision is noted when it is another than the one before. */
async function conclude(report: FollowReport, { url, tier }: Followed, ports: HostPorts): Promise<FollowReport> {
  const { act } = report.plan
  const following = await readFollowing(ports)
  const decision = formatDecision(act)
  if (decision === following.decision) return report
  const { release } = readKernel(ports.system)
  await note({ act: 'decide', patch: patchOf(act), release, reason: null, outcome: 'done', detail: { decision, url, tier } }, ports)
  await writeFollowing({ ...following, decision }, ports)
  return report
}

function patchOf(act: FollowAct): string | null {
  switch (act.kind) {
    case 'apply':
      return act.offer.name
    case 'wait':
      return act.name
    case 'step-back':
      return act.from.name
    case 'nothing':
      return null
  }
}
