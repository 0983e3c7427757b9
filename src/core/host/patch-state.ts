/** What a running kernel says of its live patches, in sysfs and around it. */

export interface LivepatchState {
  readonly patches: readonly PatchState[]
  /** Functions that ftrace calls something for, by the line of enabled_functions. */
  readonly tracedFunctions: readonly string[]
  /** Bits of /proc/sys/kernel/tainted. */
  readonly taint: number
  readonly modules: readonly string[]
}

export interface PatchState {
  readonly name: string
  readonly isEnabled: boolean
  readonly isInTransition: boolean
  readonly objects: readonly {
    readonly name: string
    readonly isPatched: boolean
    /** As sysfs names them: `function,sympos`, where a unique name has 1. */ readonly functions: readonly string[]
  }[]
}

/** A shell script that prints the state in the form that `parseState` reads. Needs nothing but a POSIX shell, cat, ls and cut. */
export const STATE_SCRIPT = `cd /sys/kernel/livepatch 2>/dev/null && for p in *; do
  [ -e "$p/enabled" ] || continue
  echo "patch $p $(cat "$p/enabled") $(cat "$p/transition")"
  for o in "$p"/*/; do
    o=$(basename "$o")
    [ -e "$p/$o/patched" ] || continue
    echo "object $o $(cat "$p/$o/patched")"
    for f in "$p/$o"/*/; do [ -d "$f" ] && echo "function $(basename "$f")"; done
  done
done
while read -r line; do echo "traced $line"; done </sys/kernel/debug/tracing/enabled_functions
echo "taint $(cat /proc/sys/kernel/tainted)"
cut -d' ' -f1 /proc/modules | while read -r name; do echo "module $name"; done
`

export function parseState(text: string): LivepatchState {
  const patches: {
    name: string
    isEnabled: boolean
    isInTransition: boolean
    objects: { name: string; isPatched: boolean; functions: string[] }[]
  }[] = []
  const tracedFunctions: string[] = []
  const modules: string[] = []
  let taint = 0
  for (const line of text.split('\n')) {
    const [word = '', first = '', second = '', third = ''] = line.split(' ')
    if (word === 'patch') patches.push({ name: first, isEnabled: second === '1', isInTransition: third === '1', objects: [] })
    else if (word === 'object') patches.at(-1)?.objects.push({ name: first, isPatched: second === '1', functions: [] })
    else if (word === 'function') patches.at(-1)?.objects.at(-1)?.functions.push(first)
    else if (word === 'traced') tracedFunctions.push(first)
    else if (word === 'taint') taint = Number(first)
    else if (word === 'module') modules.push(first)
  }
  return { patches, tracedFunctions, taint, modules }
}

/** Bits of the taint mask that loading an unsigned live patch sets: out-of-tree, unsigned, livepatch. Documentation/admin-guide/tainted-kernels.rst. */
const EXPECTED_TAINT = (1 << 12) | (1 << 13) | (1 << 15)

/** Taint bits of the second state that the first lacks and that no live patch explains. */
export function unexpectedTaint(before: LivepatchState, after: LivepatchState): number {
  return after.taint & ~before.taint & ~EXPECTED_TAINT
}
