import { parseStack } from './blocking-task.ts'

/** A task, as far as it tells whether it is in the code of a module. */
export interface SeenTask {
  readonly pid: number
  readonly tid: number
  /** The letter of /proc/<pid>/stat: `R` runs or could, `Z` and `X` have ended. */
  readonly state: string
  /** Time in user space since it began, in ticks. */
  readonly userTicks: number
  /** Innermost function first: `foo+0x1a/0x2b0 [module]`. Empty when it is not shown, as while the task runs on another processor. */
  readonly stack: readonly string[]
}

/** `stat` and `stack` are the texts of those files below /proc/<pid>/task/<tid>; undefined when they cannot be read. Undefined when the task is gone. */
export function parseSeenTask(
  { pid, tid }: Pick<SeenTask, 'pid' | 'tid'>,
  { stat, stack }: { readonly stat: string | undefined; readonly stack: string | undefined },
): SeenTask | undefined {
  if (stat === undefined) return undefined
  // Its name, in parentheses, may have blanks and parentheses itself: fields are counted from behind it, where the third one stands. proc_pid_stat(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { pid, tid, state: fields[0] ?? '', userTicks: Number(fields[14 - 3] ?? 0), stack: parseStack(stack ?? '') }
}

/** MAX_STACK_TRACE_DEPTH of fs/proc/base.c: what is deeper is cut off. */
const SHOWN_FRAMES = 64

/**
 * Whether a task is in the code of a module that nothing can enter any more: once it was seen outside it stays there. `first` is what was seen of it before: a task
 * that has been in user space since has left the kernel's code, whatever its stack shows.
 */
export function placeOfTask(task: SeenTask, module: string, first?: SeenTask): 'inside' | 'outside' | 'unseen' {
  if (task.stack.some((frame) => frame.endsWith(` [${module}]`))) return 'inside'
  if (task.state === 'Z' || task.state === 'X') return 'outside'
  if (task.stack.length > 0 && task.stack.length < SHOWN_FRAMES) return 'outside'
  return first !== undefined && task.userTicks > first.userTicks ? 'outside' : 'unseen'
}
