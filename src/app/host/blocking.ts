import { type BlockingTask, type LivepatchState, parseControlGroup, parseStack, patchedOnStack } from '../../core/host/mod.ts'
import type { SystemPort } from './ports.ts'

/** The tasks that keep the running transition from ending; none when there is no transition. */
export function findBlocking(system: SystemPort, { patches }: Pick<LivepatchState, 'patches'>): BlockingTask[] {
  const moving = patches.find(({ isInTransition }) => isInTransition)
  if (moving === undefined) return []
  const functions = new Set(moving.objects.flatMap((object) => object.functions.map((func) => func.replace(/,\d+$/, ''))))
  const reached = moving.isEnabled ? '1' : '0'
  return tasksOf(system).flatMap(({ pid, tid }) => {
    const state = system.read(`/proc/${pid}/task/${tid}/patch_state`)?.trim()
    return state === undefined || state === '-1' || state === reached ? [] : [readTask(system, { pid, tid }, functions)]
  })
}

/** Every task of the host. */
export function tasksOf(system: SystemPort): { pid: number; tid: number }[] {
  const pids = system.names('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => system.names(`/proc/${pid}/task`).map((tid) => ({ pid: Number(pid), tid: Number(tid) })))
}

/** PF_KTHREAD of include/linux/sched.h, in field 9 of /proc/<pid>/stat. */
const KERNEL_THREAD = 0x0020_0000

/** What is known of a task; `functions` are those that it is not to be in. */
export function readTask(
  system: SystemPort,
  { pid, tid }: { readonly pid: number; readonly tid: number },
  functions: ReadonlySet<string> = new Set(),
): BlockingTask {
  const folder = `/proc/${pid}/task/${tid}`
  const stat = system.read(`${folder}/stat`) ?? ''
  const flags = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[6] ?? 0)
  const stack = parseStack(system.read(`${folder}/stack`) ?? '')
  return {
    pid,
    tid,
    name: system.read(`${folder}/comm`)?.trim() ?? '',
    commandLine: (system.read(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim(),
    isKernelThread: (flags & KERNEL_THREAD) !== 0,
    ...parseControlGroup(system.read(`/proc/${pid}/cgroup`) ?? ''),
    stack,
    sleepsIn: patchedOnStack(stack, functions),
  }
}
