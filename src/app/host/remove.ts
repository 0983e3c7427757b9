import { Fault } from '../../core/base/mod.ts'
import { type Policy, findPatch, inForce, setAside } from '../../core/host/mod.ts'
import { beginJournal } from './begin-journal.ts'
import { finishTakingOut } from './finish-taking-out.ts'
import { note, readRecord, writeJournal, writeRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'
import { withHost } from './session.ts'
import { awaitTransition } from './transition.ts'
import { isInMemory, isLeftInMemory, unloadDisabled } from './unload.ts'

export interface RemoveRequest {
  /** The one of ours that is in force, when none is named. */
  readonly name: string | undefined
  readonly reason: string | null
  /** The kernel that it is for; the running one, when none is named. */
  readonly release?: string | undefined
  /** Its module has to go, too, not only at the next boot. */
  readonly unloads?: boolean
}

/** Takes a live patch off: the kernel runs its own code again, and at its next boot, too. Faults: host/unknown, host/busy. */
export async function removePatch(request: RemoveRequest, ports: HostPorts): Promise<HostOutcome> {
  return withHost(ports, async (policy) => {
    const running = readKernel(ports.system)
    const { release = running.release, reason, unloads = false } = request
    const loaded = release === running.release ? (running.livepatch?.patches ?? []) : []
    const name = request.name ?? inForce(loaded, await readRecord(ports), release)?.name
    if (name === undefined) return { kind: 'unchanged', name: '', text: 'no live patch of ours is in force' }
    if (!loaded.some((patch) => patch.name === name))
      return forget({ release, name, reason, unloads, isRunning: release === running.release }, ports)
    return takeOff({ name, reason, unloads }, policy, ports)
  })
}

/** Takes off what is loaded. Faults: host/busy. */
export async function takeOff(
  { name, reason, unloads = false }: { readonly name: string; readonly reason: string | null; readonly unloads?: boolean },
  policy: Policy,
  ports: HostPorts,
): Promise<HostOutcome> {
  const turn = await awaitTransition(policy.transition.deadlineMs, ports)
  if (turn.kind === 'stalled') throw busy(name)
  const journal = beginJournal({ act: 'remove', name, reason }, ports)
  await writeJournal(journal, ports)
  return finishTakingOut({ journal, unloads }, policy, ports)
}

interface NotLoaded {
  readonly release: string
  readonly name: string
  readonly reason: string | null
  readonly unloads: boolean
  readonly isRunning: boolean
}

/** It is not in the kernel: then it is not wanted at boot, either. */
async function forget({ release, name, reason, unloads, isRunning }: NotLoaded, ports: HostPorts): Promise<HostOutcome> {
  const record = await readRecord(ports)
  if (findPatch(record, { release, name })?.standing.kind === 'quarantined')
    return { kind: 'unchanged', name, text: `${name} is in quarantine, and not loaded: it does not come back` }
  const after = setAside(record, { release, name }, ports.nowMs())
  const goes = unloads && isRunning && isLeftInMemory(name, ports)
  if (after === record && !goes) {
    throw isRunning
      ? new Fault('host/unknown', `Cannot remove ${name}: no live patch of that name is loaded`, {
          in: '/sys/kernel/livepatch',
          try: 'kmend patches lists those that are',
        })
      : new Fault('host/unknown', `Cannot remove ${name}: this host keeps no live patch of that name for ${release}`, {
          try: 'kmend list shows what it keeps, with the kernel of each',
        })
  }
  await writeRecord(after, ports)
  const used = goes ? await unloadDisabled(name, ports) : undefined
  const notes = [
    ...(used === undefined ? [] : [`its module could not be unloaded: ${used.finding}`]),
    ...(isRunning ? [] : [`${release} is not running: it does not come back when that one boots`]),
  ]
  await note({ act: 'remove', patch: name, release, reason, outcome: 'done', detail: { wasLoaded: false, notes } }, ports)
  return { kind: 'removed', name, transitionMs: 0, isInMemory: isRunning && isInMemory(name, ports), notes }
}

function busy(name: string): Fault {
  return new Fault('host/busy', `Cannot remove ${name}: another transition is under way, and the kernel allows one at a time`, {
    in: '/sys/kernel/livepatch',
    try: 'kmend blocking -v names the tasks that it waits for; kmend revert turns it round',
  })
}
