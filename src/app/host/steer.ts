import { Fault } from '../../core/base/mod.ts'
import type { BlockingTask, PatchState } from '../../core/host/mod.ts'
import { beginJournal } from './begin-journal.ts'
import { findBlocking } from './blocking.ts'
import { note, readJournal, writeJournal } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { readKernel, readLivepatch } from './read-kernel.ts'
import { finishTakingOut } from './finish-taking-out.ts'
import { withHostAsItIs } from './session.ts'
import { awaitTransition, pokeTasks } from './transition.ts'

/** Turns the transition that is under way round: what was going in comes out, what was coming out goes in. Faults: host/no-transition, host/refused. */
export async function revertTransition(reason: string | null, ports: HostPorts): Promise<HostOutcome> {
  return withHostAsItIs(ports, async (policy) => {
    const { name, isEnabled } = movingPatch(ports)
    const { release } = readKernel(ports.system)
    const known = await readJournal(ports)
    const journal = {
      ...beginJournal({ act: 'revert', name, reason }, ports),
      ...(known?.name === name ? { replaces: known.replaces, previous: known.previous } : {}),
    }
    if (isEnabled) {
      await writeJournal(journal, ports)
      return finishTakingOut({ journal }, policy, ports)
    }
    write(`${PATHS.livepatch}/${name}/enabled`, '1', `turn the transition of ${name} round`, ports)
    const end = await awaitTransition(policy.transition.deadlineMs, ports)
    if (end.kind === 'stalled') return { kind: 'stalled', name, ms: end.ms, tasks: end.tasks, left: 'waiting' }
    await note({ act: 'revert', patch: name, release, reason, outcome: 'done', detail: { toward: 'patched', transitionMs: end.ms } }, ports)
    return { kind: 'applied', name, version: null, transitionMs: end.ms, functions: [], replaced: [], trialMs: null, notes: [] }
  })
}

/**
 * Ends the transition that is under way by declaration: tasks that still run old code keep doing so. Where that is the code of a live patch that comes out, the
 * kernel never lets its module go (klp_force_transition). Faults: host/no-transition, host/refused.
 */
export async function forceTransition(reason: string, ports: HostPorts): Promise<Forced> {
  return withHostAsItIs(ports, async () => {
    const { name, isEnabled } = movingPatch(ports)
    const { release } = readKernel(ports.system)
    const journal = await readJournal(ports)
    const ours = journal?.name === name && journal.functions !== null ? journal.replaces : null
    const staying = isEnabled ? ours : [name]
    const tasks = findBlocking(ports.system, readLivepatch(ports.system) ?? { patches: [] })
    const detail = { tasks: tasks.map(({ tid, name: task }) => ({ tid, task })), staying }
    write(`${PATHS.livepatch}/${name}/force`, '1', `force the transition of ${name}`, ports)
    await note({ act: 'force', patch: name, release, reason, outcome: 'done', detail }, ports)
    return { name, tasks, staying }
  })
}

export interface Forced {
  readonly name: string
  /** What still ran old code. */
  readonly tasks: readonly BlockingTask[]
  /** Modules that cannot be removed any more, until a reboot; null when another builder's live patch goes in, of which the kernel does not say what it replaces. */
  readonly staying: readonly string[] | null
}

/** Wakes the tasks that hold the transition. Returns those that it could wake, and those it may not. Faults: host/no-transition. */
export async function signalTasks(
  ports: HostPorts,
): Promise<{ readonly name: string; readonly poked: readonly BlockingTask[]; readonly left: readonly BlockingTask[] }> {
  return withHostAsItIs(ports, async () => {
    const { name } = movingPatch(ports)
    const tasks = findBlocking(ports.system, readLivepatch(ports.system) ?? { patches: [] })
    const poked = pokeTasks(tasks, ports)
    const detail = { tasks: poked.map(({ tid, name: task }) => ({ tid, task })) }
    await note({ act: 'signal', patch: name, release: readKernel(ports.system).release, reason: null, outcome: 'done', detail }, ports)
    return { name, poked, left: tasks.filter((task) => !poked.includes(task)) }
  })
}

function movingPatch({ system }: HostPorts): PatchState {
  const moving = readLivepatch(system)?.patches.find(({ isInTransition }) => isInTransition)
  if (moving !== undefined) return moving
  throw new Fault('host/no-transition', 'Cannot find a transition that is under way', {
    in: PATHS.livepatch,
    try: 'kmend status says what is in force',
  })
}

function write(path: string, text: string, act: string, { system }: HostPorts): void {
  const said = system.write(path, text)
  if (said !== undefined) throw new Fault('host/refused', `Cannot ${act}: ${said}`, { in: path })
}
