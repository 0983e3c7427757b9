import { type Journal, type Policy, accept, findPatch, isBarred, quarantine, versionBefore } from '../../core/host/mod.ts'
import { conclude } from './conclude.ts'
import { readRecord, setTrialAside, writeJournal, writeRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import type { HostPorts } from './ports.ts'
import { keptModule } from './read-candidate.ts'
import { takeOut } from './take-out.ts'
import { unloadDisabled } from './unload.ts'
import { type TransitionEnd, awaitTransition } from './transition.ts'

/** A transition that is late: left to itself, or reversed, as the policy says. */
export async function endStalled(
  journal: Journal,
  { ms, tasks }: Extract<TransitionEnd, { kind: 'stalled' }>,
  policy: Policy,
  ports: HostPorts,
): Promise<HostOutcome> {
  const { name } = journal
  // The journal stays: the next run finishes it.
  if (policy.transition.stalled === 'wait') return { kind: 'stalled', name, ms, tasks, left: 'waiting' }
  ports.progress(`${name}: not done after ${Math.round(ms / 1000)} s; reversing`)
  const end = await takeOut(name, policy, ports)
  if (end.kind === 'stalled') return { kind: 'stalled', name, ms, tasks, left: 'reverse-stalled' }
  await setTrialAside(journal, ports)
  const blocking = tasks.map(({ tid, name: task, unit, sleepsIn }) => ({ tid, task, unit: unit ?? null, sleepsIn: sleepsIn ?? null }))
  await conclude(journal, 'stalled', { ms, blocking }, ports)
  return { kind: 'stalled', name, ms, tasks, left: 'reversed' }
}

/** It is in, and something is not as it must be: the kernel goes back to what it ran before, and this one is not loaded again. */
export async function takeBack(journal: Journal, findings: readonly string[], policy: Policy, ports: HostPorts): Promise<HostOutcome> {
  const { name } = journal
  ports.progress(`${name}: taking it back: ${findings[0] ?? ''}`)
  const reason = findings.join('; ')
  await writeRecord(quarantine(await readRecord(ports), journal, reason, ports.nowMs()), ports)
  const { previous, notes: passed } = await passRetracted(journal, ports)
  const back = previous === null ? { isLoaded: false, notes: [] } : await goBack(journal, previous, policy, ports)
  if (!back.isLoaded) {
    await writeJournal({ ...journal, act: 'remove' }, ports)
    await takeOut(name, policy, ports)
  }
  const others = journal.replaces.filter((replaced) => replaced !== previous && replaced !== journal.previous)
  const lost = others.length === 0 ? [] : [`${others.join(', ')}, which it took the place of, is not loaded again`]
  const notes = [...passed, ...lost, ...back.notes]
  const now = back.isLoaded ? previous : null
  await conclude(journal, 'undone', { findings, now, notes }, ports)
  return { kind: 'undone', name, findings, now, notes }
}

/** What was in force before. Where its publisher has taken that back meanwhile, the version before it is accepted in its place; null where there is none. */
async function passRetracted(
  { release, previous }: Journal,
  ports: HostPorts,
): Promise<{ readonly previous: string | null; readonly notes: readonly string[] }> {
  const record = await readRecord(ports)
  const patch = previous === null ? undefined : findPatch(record, { release, name: previous })
  if (patch?.retracted === undefined || !isBarred(patch)) return { previous, notes: [] }
  const { name, retracted } = patch
  const notes = [`${name}, which was in force before, is not loaded again: its publisher has taken it back: ${retracted.reason}`]
  const before = versionBefore(record, patch)
  if (before !== undefined) await writeRecord(accept(record, before, ports.nowMs()), ports)
  return { previous: before?.name ?? null, notes }
}

/** Loads the one that was in force before in place of this one: replaced live patches cannot be enabled again, only loaded anew, once the module is out of memory. */
async function goBack(
  journal: Journal,
  previous: string,
  policy: Policy,
  ports: HostPorts,
): Promise<{ readonly isLoaded: boolean; readonly notes: readonly string[] }> {
  const used = await unloadDisabled(previous, ports)
  if (used !== undefined) return notLoaded(previous, `its module is still in memory, and ${used.finding}`)
  await writeJournal({ ...journal, act: 'restore', name: previous, replaces: [journal.name], previous: null, functions: null }, ports)
  const answer = await ports.modules.load(await keptModule({ release: journal.release, name: previous }, ports))
  if (answer.kind === 'refused') return notLoaded(previous, answer.said)
  const end = await awaitTransition(policy.transition.deadlineMs, ports)
  return { isLoaded: true, notes: end.kind === 'stalled' ? [`${previous} is on its way back, and its transition has not ended`] : [] }
}

function notLoaded(previous: string, why: string): { readonly isLoaded: false; readonly notes: readonly string[] } {
  return { isLoaded: false, notes: [`${previous}, which was in force before, is not loaded again: ${why}`] }
}
