import { Fault } from '../../core/base/mod.ts'
import {
  type ApplyPlan,
  type HeardRetraction,
  type Journal,
  type Policy,
  accept,
  beginTrial,
  explainRefusal,
  findPatch,
  functionsOf,
  isAboutSignature,
  isBarred,
  planApply,
} from '../../core/host/mod.ts'
import { beginJournal } from './begin-journal.ts'
import { checkNow } from './check-now.ts'
import { conclude } from './conclude.ts'
import { acceptRetraction, findRetraction, takenBack } from './find-retraction.ts'
import { type Former, keepFormer, readFormer, takeSignature } from './former.ts'
import { type HealthFinding, runHooks } from './health.ts'
import { note, readRecord, setTrialAside, writeJournal, writeRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import type { HostPorts } from './ports.ts'
import { type ReadCandidate, keepCandidate } from './read-candidate.ts'
import { readKernel, readLivepatch } from './read-kernel.ts'
import { endStalled, takeBack } from './take-back.ts'
import { awaitByPolicy, awaitTransition } from './transition.ts'
import { unloadDisabled } from './unload.ts'

export interface PutInRequest {
  readonly act: 'apply' | 'downgrade' | 'restore'
  readonly read: ReadCandidate
  readonly mayReplaceOthers: boolean
  readonly reason: string | null
  /** The distribution's package that brings it. */
  readonly package: string | null
  /** Why an administrator has it go in though its publisher has taken it back. */
  readonly acceptRetracted?: string | undefined
}

/** Puts a live patch into the kernel, checks that all is as it must be, and takes it back when it is not. Faults: host/busy. */
export async function putIn(request: PutInRequest, policy: Policy, ports: HostPorts): Promise<HostOutcome> {
  const { name } = request.read.candidate
  const plan = await planInTurn(request, policy, ports)
  if (plan.kind === 'refused') return refuse(request, plan.faults, ports)
  const retracted = await heedRetraction(request, ports)
  if (plan.kind === 'unchanged') {
    const isTaken = await takeSignature(request.read, readKernel(ports.system).release, ports)
    return {
      kind: 'unchanged',
      name,
      text: `${name} is in force already${isTaken ? '; the signature that it has now is kept for the next boot' : ''}`,
    }
  }
  if (retracted !== undefined && isBarred({ retracted })) return refuse(request, [takenBack(name, retracted)], ports)
  const ill = await checkHealth('before', { act: request.act, name }, policy, ports)
  if (ill.length > 0) {
    const faults = ill.map(
      ({ hook, text }) =>
        new Fault('host/unhealthy', `Cannot apply ${name}: the check ${hook} fails: ${text}`, { in: policy.health.folder }),
    )
    return refuse(request, faults, ports)
  }
  const inTheWay = plan.isLeftOver ? await makeWay(name, ports) : undefined
  // No entry of the history: it can be otherwise a moment later, and the agent tries again in each round.
  if (inTheWay !== undefined) return { kind: 'refused', name, faults: [inTheWay] }
  const { act, reason } = request
  const functions = request.read.candidate.promise?.functions ?? null
  const journal = beginJournal({ act, name, reason, replaces: plan.replaces, previous: plan.previous?.name ?? null, functions }, ports)
  const former = act === 'restore' ? undefined : await readFormer(journal, ports)
  const path = await keepCandidate(request.read, journal.release, ports)
  // A crash from here on is put down to it: both are on the disk before the kernel gets it.
  await writeJournal(journal, ports)
  await writeTrial({ ...request, retracted }, journal, ports)
  const answer = await ports.modules.load(path)
  if (answer.kind === 'refused') return notLoaded(journal, { said: answer.said, former }, ports)
  return finishPuttingIn(journal, policy, ports)
}

/** What its publisher has said of having taken it back, with the word of the administrator who has it run all the same. */
async function heedRetraction(
  { read: { candidate }, acceptRetracted: reason }: PutInRequest,
  ports: HostPorts,
): Promise<HeardRetraction | undefined> {
  const retracted = await findRetraction(candidate, ports)
  if (retracted === undefined || reason === undefined) return retracted
  return acceptRetraction(retracted, { candidate, release: readKernel(ports.system).release, reason }, ports)
}

/** What is left once the kernel holds it; where an interrupted run goes on, too. */
export async function finishPuttingIn(journal: Journal, policy: Policy, ports: HostPorts): Promise<HostOutcome> {
  const { name, release } = journal
  const end = await awaitByPolicy(policy, ports)
  if (end.kind === 'stalled') return endStalled(journal, end, policy, ports)
  const ill = await checkHealth('after', journal, policy, ports)
  const findings = [...checkNow(journal, ports), ...ill.map(({ hook, text }) => `the check ${hook} fails: ${text}`)]
  if (findings.length > 0) return takeBack(journal, findings, policy, ports)

  const record = await readRecord(ports)
  const known = findPatch(record, { release, name })
  if (journal.act === 'downgrade') await writeRecord(accept(record, { release, name }, ports.nowMs()), ports)
  const state = readLivepatch(ports.system)
  const functions = state === undefined ? [] : functionsOf(state, name)
  await conclude(journal, 'done', { transitionMs: end.ms, functions, replaced: journal.replaces }, ports)
  const trialMs = journal.act === 'apply' && known !== undefined ? policy.trial.timeMs : null
  return {
    kind: 'applied',
    name,
    version: known?.version ?? null,
    transitionMs: end.ms,
    functions,
    replaced: journal.replaces,
    trialMs,
    notes: [],
  }
}

/** The module of the same live patch, which was taken off or replaced before, is unloaded. What speaks against that. */
async function makeWay(name: string, ports: HostPorts): Promise<Fault | undefined> {
  const used = await unloadDisabled(name, ports)
  if (used === undefined) return undefined
  return new Fault('host/in-memory', `Cannot apply ${name} again: its module is still in memory, and ${used.finding}`, {
    in: used.in,
    try: used.try,
  })
}

/** What comes back was healthy before; early at boot, what the checks ask for is not there yet. */
async function checkHealth(
  when: 'before' | 'after',
  { act, name }: Pick<Journal, 'act' | 'name'>,
  policy: Policy,
  ports: HostPorts,
): Promise<readonly HealthFinding[]> {
  return act === 'restore' ? [] : runHooks(when, name, policy, ports)
}

/** The plan once no other transition runs: the kernel allows one at a time. */
async function planInTurn(request: PutInRequest, policy: Policy, ports: HostPorts): Promise<Exclude<ApplyPlan, { kind: 'queued' }>> {
  const wish = { candidate: request.read.candidate, mayLower: request.act === 'downgrade', mayReplaceOthers: request.mayReplaceOthers }
  for (;;) {
    const plan = planApply(wish, readKernel(ports.system), await readRecord(ports), policy)
    if (plan.kind !== 'queued') return plan
    ports.progress(`waiting for the transition of ${plan.behind} to end`)
    const end = await awaitTransition(policy.transition.deadlineMs, ports)
    if (end.kind === 'stalled') {
      throw new Fault(
        'host/busy',
        `Cannot apply ${wish.candidate.name}: ${plan.behind} is in transition, and the kernel allows one at a time`,
        {
          in: `/sys/kernel/livepatch/${plan.behind}/transition`,
          try: 'kmend blocking -v names the tasks that it waits for',
        },
      )
    }
  }
}

/** What comes back at boot is accepted already, and a module of another builder is not kept. */
async function writeTrial(
  request: PutInRequest & { readonly retracted: HeardRetraction | undefined },
  journal: Journal,
  ports: HostPorts,
): Promise<void> {
  const { name, promise, sha256, fileSha256 } = request.read.candidate
  if (request.act === 'restore' || promise === undefined) return
  const patch = {
    name,
    version: promise.version,
    release: journal.release,
    buildId: promise.buildId,
    sha256,
    fileSha256,
    sinceMs: journal.startedMs,
    package: request.package,
    ...(request.retracted === undefined ? {} : { retracted: request.retracted }),
  }
  const trial = { bootId: journal.bootId, uptimeMs: readKernel(ports.system).uptimeMs, logStart: journal.logStart }
  await writeRecord(beginTrial(await readRecord(ports), patch, trial), ports)
}

async function refuse({ act, read, reason }: PutInRequest, faults: readonly Fault[], ports: HostPorts): Promise<HostOutcome> {
  const { name } = read.candidate
  const { release } = readKernel(ports.system)
  const said = faults.map(({ code, message }) => ({ code, message }))
  await note({ act, patch: name, release, reason, outcome: 'refused', detail: { said } }, ports)
  return { kind: 'refused', name, faults }
}

interface NotLoaded {
  readonly said: string
  readonly former: Former | undefined
}

/** The kernel did not take it, so that all is as it was: what is accepted stays so, with the file that was. */
async function notLoaded(journal: Journal, { said, former }: NotLoaded, ports: HostPorts): Promise<HostOutcome> {
  const { name } = journal
  const log = (ports.system.log(journal.logStart) ?? []).map(({ text }) => text)
  const { finding, advice } = explainRefusal(said, log)
  await (former?.patch.standing.kind === 'accepted' ? keepFormer(former, ports) : setTrialAside(journal, ports))
  await conclude(journal, 'refused', { said: finding, log }, ports)
  const code = isAboutSignature(finding) ? 'host/signature' : 'host/refused'
  return { kind: 'refused', name, faults: [new Fault(code, `Cannot load ${name}: ${finding}`, { in: 'the kernel', try: advice })] }
}
