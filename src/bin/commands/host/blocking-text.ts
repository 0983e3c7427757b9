import { type BlockingTask, functionOfFrame, suggestFor } from '../../../core/host/mod.ts'
import type { Screen } from '../../screen.ts'

/** Tasks that hold a transition. `detail`: 0 ids, 1 what they are, 2 their kernel stacks and what can be done. */
export function formatBlocking(
  patch: string,
  tasks: readonly BlockingTask[],
  detail: number,
  { bold, dim }: Pick<Screen, 'bold' | 'dim'>,
): string[] {
  return tasks.flatMap((task) => {
    const ids = task.tid === task.pid ? `pid ${task.pid}` : `pid ${task.pid}, task ${task.tid}`
    if (detail === 0) return [`${ids}  ${task.name}`]
    const what = task.isKernelThread ? `kernel thread ${task.name}` : task.commandLine || task.name
    const home = [task.unit, task.container === undefined ? undefined : `container ${task.container}`].filter((part) => part !== undefined)
    const asleep = task.sleepsIn === undefined ? [] : [`in ${task.sleepsIn}`]
    const line = [`${ids}  ${bold(what)}`, ...home, ...asleep].join(', ')
    if (detail === 1) return [line]
    const stack = task.stack.map((frame) =>
      functionOfFrame(frame) === task.sleepsIn ? `    ${bold(frame)}  ← replaced by ${patch}` : `    ${frame}`,
    )
    return [
      line,
      ...(stack.length === 0 ? [`    ${dim('its stack is not shown: only root may see it')}`] : stack),
      `    try: ${suggestFor(task, patch)}`,
    ]
  })
}
