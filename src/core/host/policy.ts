import { Fault } from '../base/mod.ts'
import { DEFAULT_SETTINGS } from './policy-settings.ts'
import { DEFAULT_UPDATES, type UpdatesPolicy, parseUpdates } from './updates-policy.ts'

/** What an administrator has decided beforehand: /etc/kmend/kmend.toml, docs/formats/policy.md. */
export interface Policy {
  readonly transition: {
    readonly deadlineMs: number
    /** What is done with a transition that has not ended by then. It is never forced. */
    readonly stalled: 'wait' | 'signal' | 'reverse'
  }
  readonly trial: { readonly timeMs: number }
  readonly health: {
    /** Executables in `before/` and `after/` below it are run. */
    readonly folder: string
    readonly timeoutMs: number
  }
  readonly boot: {
    /** Whether what is accepted is loaded by the initial RAM disk already. */
    readonly initramfs: boolean
  }
  /** What is taken of the repository that this host follows, and when. */
  readonly updates: UpdatesPolicy
  /** Live patches that must not be applied, by name. */
  readonly hold: readonly string[]
}

export const DEFAULT_POLICY: Policy = {
  transition: { deadlineMs: 60_000, stalled: 'reverse' },
  trial: { timeMs: 3_600_000 },
  health: { folder: '/etc/kmend/health', timeoutMs: 30_000 },
  boot: { initramfs: false },
  updates: DEFAULT_UPDATES,
  hold: [],
}

/** From the tables of the file. Says everything that is wrong at once. Faults: host/policy. */
export function parsePolicy(tables: Readonly<Record<string, unknown>>, file: string): Policy {
  const wrong: string[] = []
  const table = (name: Exclude<keyof typeof DEFAULT_SETTINGS, ''>): Readonly<Record<string, unknown>> => {
    const keys = Object.keys(DEFAULT_SETTINGS[name])
    const value = tables[name] ?? {}
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      wrong.push(`${name} is no table`)
      return {}
    }
    for (const key of Object.keys(value)) if (!keys.includes(key)) wrong.push(`[${name}] ${key} is not known; it has ${keys.join(', ')}`)
    return value as Readonly<Record<string, unknown>>
  }
  const time = (where: string, value: unknown, otherwise: number): number => {
    if (value === undefined) return otherwise
    const ms = typeof value === 'string' ? parseTime(value) : undefined
    if (ms === undefined) wrong.push(`${where} is no time: write it as "90s", "15m", "2h" or "1d"`)
    return ms ?? otherwise
  }
  for (const name of Object.keys(tables)) if (!NAMES.includes(name)) wrong.push(`${name} is not known; there is ${NAMES.join(', ')}`)
  const transition = table('transition')
  const trial = table('trial')
  const health = table('health')
  const boot = table('boot')
  const stalled = transition['stalled'] ?? DEFAULT_POLICY.transition.stalled
  if (stalled !== 'wait' && stalled !== 'signal' && stalled !== 'reverse')
    wrong.push('[transition] stalled is none of "wait", "signal", "reverse"')
  const folder = health['folder'] ?? DEFAULT_POLICY.health.folder
  if (typeof folder !== 'string' || !folder.startsWith('/')) wrong.push('[health] folder is no absolute path')
  const initramfs = boot['initramfs'] ?? DEFAULT_POLICY.boot.initramfs
  if (typeof initramfs !== 'boolean') wrong.push('[boot] initramfs is neither true nor false')
  const hold = tables['hold'] ?? []
  if (!Array.isArray(hold) || !hold.every((name) => typeof name === 'string')) wrong.push('hold is no list of names')
  const policy = {
    transition: {
      deadlineMs: time('[transition] deadline', transition['deadline'], DEFAULT_POLICY.transition.deadlineMs),
      stalled: stalled as Policy['transition']['stalled'],
    },
    trial: { timeMs: time('[trial] time', trial['time'], DEFAULT_POLICY.trial.timeMs) },
    health: { folder: folder as string, timeoutMs: time('[health] timeout', health['timeout'], DEFAULT_POLICY.health.timeoutMs) },
    boot: { initramfs: initramfs as boolean },
    updates: parseUpdates(table('updates'), { wrong, time }),
    hold: hold as string[],
  }
  if (wrong.length === 0) return policy
  throw new Fault('host/policy', `Cannot use the policy of this host:${wrong.map((line) => `\n  - ${line}`).join('')}`, {
    in: file,
    try: 'man kmend.toml lists every setting with its default',
  })
}

const { '': ALONE, ...IN_TABLES } = DEFAULT_SETTINGS
const NAMES = [...Object.keys(IN_TABLES), ...Object.keys(ALONE)]

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `90s`, `15m`, `2h`, `1d`: in milliseconds; undefined when it is none of these, or no time at all. */
export function parseTime(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const ms = Number(count) * (UNITS[unit] ?? 0)
  return ms > 0 ? ms : undefined
}
