/** A line of /sys/kernel/tracing/enabled_functions: what ftrace has attached to a function (t_show() of kernel/trace/ftrace.c). */
export interface TracedFunction {
  readonly name: string
  /** `vmlinux`, or the module. */
  readonly object: string
  /** How many are attached. */
  readonly count: number
  readonly flags: readonly TraceFlag[]
  /** The functions that ftrace calls, with their module: `klp_ftrace_handler`, `hook [some_module]`. Not shown by the kernel when several share a trampoline. */
  readonly handlers: readonly string[]
  /** What is called without ftrace in between, as BPF does it. */
  readonly direct: string | undefined
  /** The line as the kernel has it. */
  readonly line: string
}

export type TraceFlag = 'registers' | 'redirects' | 'direct' | 'call-ops' | 'was-modified'

const FLAGS: readonly (readonly [letter: string, flag: TraceFlag])[] = [
  ['R', 'registers'],
  ['I', 'redirects'],
  ['D', 'direct'],
  ['O', 'call-ops'],
  ['M', 'was-modified'],
]

/** `name [module] (count) flags tramp: …`, and lines that begin with a tab and belong to the one before. */
export function parseTracedFunctions(text: string): TracedFunction[] {
  return text.split(/\n(?!\t)/).flatMap((entry) => {
    const [, name, object = 'vmlinux', count, rest = ''] = /^(\S+)(?: \[(\S+)\])? \((\d+)\)([^]*)$/.exec(entry) ?? []
    if (name === undefined) return []
    const letters = /^[ A-Z]*/.exec(rest)?.[0] ?? ''
    return {
      name,
      object,
      count: Number(count),
      flags: FLAGS.flatMap(([letter, flag]) => (letters.includes(letter) ? [flag] : [])),
      handlers: [...rest.matchAll(/(?:tramp|ops): \S+(?: \[\S+\])? \((\S+?)\+0x\S+( \[\S+\])?\)/g)].map(
        ([, handler, module = '']) => `${handler}${module}`,
      ),
      direct: /direct(?:\(jmp\))?-->(\S+?)\+0x/.exec(rest)?.[1],
      line: entry.replaceAll(/\s+/g, ' ').trim(),
    }
  })
}
