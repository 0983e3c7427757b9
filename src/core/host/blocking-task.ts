/** A task that keeps a transition from ending: it still runs, or sleeps in, the code of the other side. */
export interface BlockingTask {
  readonly pid: number
  readonly tid: number
  readonly name: string
  /** Words of its command line, joined by blanks; empty for a kernel thread. */
  readonly commandLine: string
  readonly isKernelThread: boolean
  readonly unit: string | undefined
  readonly container: string | undefined
  /** Innermost function first, as the kernel shows it: `kauditd_thread+0x1a/0x2b0`. Empty when it is not shown. */
  readonly stack: readonly string[]
  /** The function on its stack that the live patch replaces. */
  readonly sleepsIn: string | undefined
}

/** The first function of a stack that is among those a live patch replaces. */
export function patchedOnStack(stack: readonly string[], functions: ReadonlySet<string>): string | undefined {
  return stack.map(functionOfFrame).find((name) => functions.has(name))
}

/** `foo.isra.0+0x1a/0x2b0 [ext4]` to `foo.isra.0`. */
export function functionOfFrame(frame: string): string {
  return frame.replace(/\+0x.*$/, '')
}

/** From /proc/<pid>/stack: `[<0>] foo+0x1a/0x2b0`. */
export function parseStack(text: string): string[] {
  return text.split('\n').flatMap((line) => /^\[<\w+>\] (\S+(?: \[\w+\])?)/.exec(line)?.[1] ?? [])
}

/** What a person can do about it. */
export function suggestFor({ isKernelThread, unit, container, sleepsIn, commandLine, pid }: BlockingTask, patch: string): string {
  const asleep = sleepsIn === undefined ? 'it has not been seen outside the old code yet' : `it sleeps in ${sleepsIn}`
  if (isKernelThread) return `${asleep}; a kernel thread cannot be restarted: wait, or take the live patch back: kmend revert ${patch}`
  if (container !== undefined) return `${asleep}; restart the container ${container}, or wait`
  if (unit?.endsWith('.service') === true) return `${asleep}; systemctl restart ${unit}, or wait`
  return `${asleep}; end ${commandLine.split(' ')[0] || 'the process'} (pid ${pid}), or wait`
}
