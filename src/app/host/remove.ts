import { Fault } from '../../core/base/mod.ts'
import { inForce, setAside } from '../../core/host/mod.ts'
import { beginJournal } from './begin-journal.ts'
import { finishTakingOut } from './finish-taking-out.ts'
import { readRecord, writeJournal, writeRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'
import { withHost } from './session.ts'
import { unload } from './take-out.ts'
import { awaitTransition } from './transition.ts'

export interface RemoveRequest {
  /** The one of ours that is in force, when none is named. */
  readonly name: string | undefined
  readonly reason: string | null
}

/** Takes a live patch off: the kernel runs its own code again. Faults: host/unknown, host/busy. */
export async function removePatch(request: RemoveRequest, ports: HostPorts): Promise<HostOutcome> {
  return withHost(ports, async (policy) => {
    const facts = readKernel(ports.system)
    const loaded = facts.livepatch?.patches ?? []
    const name = request.name ?? inForce(loaded, await readRecord(ports), facts.release)?.name
    if (name === undefined) return { kind: 'unchanged', name: '', text: 'no live patch of ours is in force' }
    if (!loaded.some((patch) => patch.name === name)) return notLoaded(name, facts.release, ports)
    const turn = await awaitTransition(policy.transition.deadlineMs, ports)
    if (turn.kind === 'stalled') throw busy(name)
    const journal = beginJournal({ act: 'remove', name, reason: request.reason }, ports)
    await writeJournal(journal, ports)
    return finishTakingOut(journal, policy, ports)
  })
}

/** It is not in the kernel: then it is not wanted at boot, either. */
async function notLoaded(name: string, release: string, ports: HostPorts): Promise<HostOutcome> {
  const record = await readRecord(ports)
  const after = setAside(record, { release, name }, ports.nowMs())
  if (after === record)
    throw new Fault('host/unknown', `Cannot remove ${name}: no live patch of that name is loaded`, {
      in: '/sys/kernel/livepatch',
      try: 'kmend patches lists those that are',
    })
  await writeRecord(after, ports)
  const notes = await unload([name], ports)
  return { kind: 'removed', name, transitionMs: 0, notes }
}

function busy(name: string): Fault {
  return new Fault('host/busy', `Cannot remove ${name}: another transition is under way, and the kernel allows one at a time`, {
    in: '/sys/kernel/livepatch',
    try: 'kmend blocking -v names the tasks that it waits for; kmend revert turns it round',
  })
}
