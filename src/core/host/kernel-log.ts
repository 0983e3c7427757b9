/** Lines of the kernel log that a load of a live patch must not leave. */

export interface LogFinding {
  readonly kind: 'oops' | 'warning' | 'loader'
  readonly line: string
}

const PATTERNS: readonly (readonly [LogFinding['kind'], RegExp])[] = [
  ['oops', /\b(Oops|general protection fault|unable to handle|Kernel panic|kernel BUG at|invalid opcode)\b/i],
  ['warning', /\b(WARNING:|BUG:|INFO: (task|rcu)|rcu: INFO|refcount_t:|Call Trace:|hung_task|soft lockup|Unpatched return thunk)/],
  [
    'loader',
    /(Unknown symbol|disagrees about version|version magic|invalid module format|livepatch: .*(fail|error|cannot|not found|unresolvable|invalid)|unexpected nonzero|invalid relocation target|overflow in relocation)/i,
  ],
]

/** What the livepatch core says of every transition: names in it are the author's and may hold any word. kernel/livepatch/transition.c, core.c. */
const USUAL =
  /livepatch: (?:enabling patch '.*'|'.*': (?:starting|canceling|completing) .*transition.*|'.*': \w+ complete|signaling remaining tasks|(?:applying|reverting) patch '.*' (?:to|on) \w+ module '.*')$/

/** Faults: none; what no pattern knows is not a finding. */
export function classifyLog(text: string): LogFinding[] {
  return text.split('\n').flatMap((line) => {
    if (USUAL.test(line.trimEnd())) return []
    const found = PATTERNS.find(([, pattern]) => pattern.test(line))
    return found === undefined ? [] : [{ kind: found[0], line: line.trim() }]
  })
}
