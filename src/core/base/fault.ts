/** What went wrong in the world outside, said so that its reader can act on it. See docs/formats/faults.md for the table. */

/** Exit codes of every kmend command. */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  unchanged: 3,
  unpatchable: 4,
  malformed: 5,
  environment: 6,
  untrusted: 7,
  refused: 8,
  stalled: 9,
  unreachable: 10,
} as const

type FaultKind = { readonly exit: number; readonly http: number; readonly retry: boolean }

const usage = { exit: EXIT.usage, http: 400, retry: false } as const
const unchanged = { exit: EXIT.unchanged, http: 409, retry: false } as const
const unpatchable = { exit: EXIT.unpatchable, http: 422, retry: false } as const
const malformed = { exit: EXIT.malformed, http: 422, retry: false } as const
const environment = { exit: EXIT.environment, http: 500, retry: false } as const
const untrusted = { exit: EXIT.untrusted, http: 403, retry: false } as const
const refused = { exit: EXIT.refused, http: 409, retry: false } as const
const stalled = { exit: EXIT.stalled, http: 504, retry: true } as const
const unreachable = { exit: EXIT.unreachable, http: 503, retry: true } as const

/** Every fault there is: its code, the exit code and HTTP status it ends in, and whether trying again can help. */
export const FAULTS = {
  'usage/name': usage,
  'usage/module': usage,
  'usage/build': usage,
  'usage/set-data': usage,
  'usage/without': usage,
  'usage/allow-layout': usage,
  'usage/allow-thread-loop': usage,
  'usage/cve-records': usage,

  'elf/truncated': malformed,
  'elf/magic': malformed,
  'elf/unsupported': malformed,
  'elf/malformed': malformed,

  'kernel/image': malformed,
  'kernel/kallsyms': malformed,
  'kernel/btf': malformed,
  'kernel/symvers': malformed,
  'kernel/commands': environment,
  'kernel/release': usage,
  'kernel/not-cached': environment,
  'kernel/not-offered': environment,
  'kernel/incomplete': environment,
  'kernel/mismatch': malformed,
  'kernel/unsupported': environment,

  'source/malformed': malformed,
  'source/empty': malformed,
  'source/binary': malformed,
  'source/missing-file': malformed,
  'source/does-not-apply': malformed,
  'source/unsupported': unpatchable,

  'module/license': unpatchable,
  'module/source': malformed,

  'build/compile': malformed,
  'build/lint': environment,
  'build/manifest': malformed,
  'build/not-cumulative': malformed,
  'build/locked': unreachable,

  'tool/missing': environment,
  'tool/failed': environment,
  'io/permission': environment,
  'io/no-space': environment,
  'io/missing': environment,
  'io/failed': environment,
  'cache/locked': unreachable,
  'key/unusable': malformed,

  'archive/unreachable': unreachable,
  'archive/digest': malformed,

  'vm/start': environment,
  'vm/boot': environment,
  'vm/timeout': stalled,
  'vm/died': environment,
  'vm/put': environment,
  'prove/refused': refused,
  'prove/stalled': stalled,

  'bundle/damaged': malformed,
  'bundle/incomplete': malformed,
  'bundle/inputs': environment,

  'trust/metadata': malformed,
  'trust/signature': untrusted,
  'trust/expired': untrusted,
  'trust/rollback': untrusted,
  'trust/length': untrusted,
  'trust/digest': untrusted,
  'trust/root': untrusted,
  'trust/delegation': untrusted,
  'trust/log': untrusted,
  'trust/witness': untrusted,
  'trust/clock': untrusted,
  'trust/retracted': refused,
  'fetch/url': usage,
  'fetch/unreachable': unreachable,
  'fetch/stalled': unreachable,
  'fetch/too-much': untrusted,

  'witness/state': malformed,
  'witness/locked': unreachable,

  'repo/settings': malformed,
  'repo/exists': usage,
  'repo/unknown': usage,
  'repo/order': refused,
  'repo/pending': refused,
  'repo/full': refused,
  'repo/locked': unreachable,
  'repo/clock': environment,

  'data/other-kernel': usage,
  'data/coverage': malformed,
  'data/publisher': malformed,
  'data/advisory': malformed,
  'data/known-exploited': malformed,
  'data/vulnerabilities': malformed,

  'host/not-root': environment,
  'host/no-livepatch': environment,
  'host/switched-off': refused,
  'host/policy': malformed,
  'host/state': malformed,
  'host/lifecycle': malformed,
  'host/unknown': usage,
  'host/other-kernel': refused,
  'host/other-module': refused,
  'host/unsigned': untrusted,
  'host/signature': untrusted,
  'host/held': refused,
  'host/quarantined': refused,
  'host/namesake': refused,
  'host/lower-version': refused,
  'host/others-patch': refused,
  'host/unhealthy': refused,
  'host/locked': unreachable,
  'host/busy': refused,
  'host/refused': refused,
  'host/in-memory': refused,
  'host/no-transition': unchanged,
  'host/no-function': usage,
  'host/hidden': environment,
  'host/no-package': environment,
  'host/no-repository': usage,

  'demo/no-fix': environment,
  'demo/disproved': refused,
} as const satisfies Record<string, FaultKind>

export type FaultCode = keyof typeof FAULTS

export interface FaultDetail {
  /** The file, function, offset or sysfs path where it was found. */
  readonly in?: string
  /** What its reader can do about it. */
  readonly try?: string
}

/** Text that may quote what a stranger wrote, such as a server: what steers a terminal is shown, and not obeyed. JSON stays the same JSON. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]|[\p{Cf}\u2028\u2029]/gu, (char) =>
    Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  )
}

/** Broken input, a missing tool, a kernel that says no. Names the act, the object, the finding and the way out. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly in: string | undefined
  readonly try: string | undefined

  constructor(code: FaultCode, message: string, detail: FaultDetail = {}) {
    super(printable(message))
    this.code = code
    this.in = detail.in === undefined ? undefined : printable(detail.in)
    this.try = detail.try === undefined ? undefined : printable(detail.try)
  }

  get exit(): number {
    return FAULTS[this.code].exit
  }
}

/** `error[elf/truncated]: Cannot read …`, then `in:` and `try:` lines where they are known. */
export function formatFault(fault: Fault): string {
  const lines = [`error[${fault.code}]: ${fault.message}`]
  if (fault.in !== undefined) lines.push(`  in:  ${fault.in}`)
  if (fault.try !== undefined) lines.push(`  try: ${fault.try}`)
  return lines.join('\n')
}

/** The same fields for machines. */
export function faultToJson(fault: Fault): Record<string, unknown> {
  return {
    error: {
      code: fault.code,
      message: fault.message,
      in: fault.in ?? null,
      try: fault.try ?? null,
      exit: fault.exit,
      retry: FAULTS[fault.code].retry,
    },
  }
}
