import { type BlockingTask, type SeenTask, parseSeenTask, placeOfTask } from '../../core/host/mod.ts'
import { readTask, tasksOf } from './blocking.ts'
import { PATHS } from './paths.ts'
import type { HostPorts, SystemPort } from './ports.ts'

/** Why the module of a disabled live patch stays in memory. */
export interface StillUsed {
  readonly finding: string
  readonly in: string
  readonly try: string
}

export function isInMemory(name: string, { system }: Pick<HostPorts, 'system'>): boolean {
  return system.names('/sys/module').includes(name)
}

/** Whether it is in memory, is the module of a live patch (by its taint, K), and the kernel lists it no more: it was taken off or replaced. */
export function isLeftInMemory(name: string, { system }: Pick<HostPorts, 'system'>): boolean {
  const isDisabled = !system.names(PATHS.livepatch).includes(name)
  return isDisabled && system.read(`/sys/module/${name}/taint`)?.includes('K') === true
}

const UNTIL_BOOT = 'boot: after that it is in memory no more'

/**
 * Unloads the module of a live patch that is disabled, where it has to go: only so can it be loaded again. A transition that has ended does not mean that no
 * task is in it: the kernel looks for replaced functions on stacks, not for their cold parts, nor for what they jump to. So every task is looked at.
 * What no stack shows stays a risk: addresses of its strings, tables and functions that the kernel was given while it was in force.
 */
export async function unloadDisabled(name: string, ports: HostPorts): Promise<StillUsed | undefined> {
  if (!isInMemory(name, ports)) return undefined
  const holding = await findHolding(name, ports)
  if (holding !== undefined) return holding
  const answer = await ports.modules.unload(name)
  if (answer.kind === 'done') return undefined
  return { finding: `the kernel does not let it go: ${answer.said}`, in: `/sys/module/${name}/refcnt`, try: UNTIL_BOOT }
}

/** A task has so long to leave it, or to show where it is. */
const PATIENCE_MS = 3000
const LOOK_MS = 100

/** Undefined when every task was seen outside, and in a second look none inside. */
async function findHolding(name: string, { system, nowMs, sleep }: HostPorts): Promise<StillUsed | undefined> {
  const startMs = nowMs()
  const first = new Map(seeTasks(system).map((task) => [keyOf(task), task]))
  // A task that was seen outside once does not come in any more: nothing leads there but what the kernel was given to keep.
  const notOutside = (tasks: readonly SeenTask[]) => tasks.filter((task) => placeOfTask(task, name, first.get(keyOf(task))) !== 'outside')
  // Until its folder is gone the kernel itself holds the module (klp_free_patch_finish).
  const isListed = () => system.names(PATHS.livepatch).includes(name)
  let left = notOutside([...first.values()])
  while ((left.length > 0 || isListed()) && nowMs() - startMs < PATIENCE_MS) {
    await sleep(LOOK_MS)
    left = notOutside(left.flatMap((task) => seeTask(system, task) ?? []))
  }
  if (left.length === 0) {
    await sleep(LOOK_MS)
    left = seeTasks(system).filter((task) => placeOfTask(task, name) === 'inside')
  }
  const [holder] = left.toSorted((a, b) => Number(isInside(b, name)) - Number(isInside(a, name)))
  return holder === undefined ? undefined : explain(holder, name, system)
}

function isInside(task: SeenTask, name: string): boolean {
  return placeOfTask(task, name) === 'inside'
}

function explain(seen: SeenTask, name: string, system: SystemPort): StillUsed {
  const task = readTask(system, { pid: seen.pid, tid: seen.tid })
  const path = `/proc/${seen.pid}/task/${seen.tid}/stack`
  // Of Yama: no task may attach to another by ptrace, and who may not does not see its stack.
  const isHidden = system.read('/proc/sys/kernel/yama/ptrace_scope')?.trim() === '3'
  if (isHidden && system.read(path) === undefined)
    return { finding: 'this kernel shows nobody where tasks are', in: 'kernel.yama.ptrace_scope = 3', try: UNTIL_BOOT }
  if (!isInside(seen, name))
    return { finding: `${nameOf(task)} does not show whether it is in it`, in: path, try: `wait until it sleeps, or ${UNTIL_BOOT}` }
  const frame = seen.stack.find((line) => line.endsWith(` [${name}]`)) ?? ''
  return { finding: `${nameOf(task)} is in it`, in: `${path}: ${frame}`, try: `wait until it has left it, or ${UNTIL_BOOT}` }
}

/** `the task 340 (cat, reader.service)`. */
function nameOf({ tid, name, unit, container, isKernelThread }: BlockingTask): string {
  const home = container ?? unit
  return `the ${isKernelThread ? 'kernel thread' : 'task'} ${tid} (${name}${home === undefined ? '' : `, ${home}`})`
}

function keyOf({ pid, tid }: Pick<SeenTask, 'pid' | 'tid'>): string {
  return `${pid}/${tid}`
}

function seeTasks(system: SystemPort): SeenTask[] {
  return tasksOf(system).flatMap((task) => seeTask(system, task) ?? [])
}

function seeTask({ read }: SystemPort, { pid, tid }: Pick<SeenTask, 'pid' | 'tid'>): SeenTask | undefined {
  const folder = `/proc/${pid}/task/${tid}`
  return parseSeenTask({ pid, tid }, { stat: read(`${folder}/stat`), stack: read(`${folder}/stack`) })
}
