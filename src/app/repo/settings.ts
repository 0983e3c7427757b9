import { Fault } from '../../core/base/mod.ts'
import type { Lifetimes } from '../../core/trust/mod.ts'

/** `repo.toml` of a publisher's folder: docs/formats/repo-settings.md. What a repository is, its roots say. */
export interface Settings {
  /** A folder, below the publisher's when it is not absolute; or `s3://bucket/path`. */
  readonly store: string
  readonly lifetimes: Lifetimes
  /** Whose cosignatures of the log are published, as `kmend log key` prints their keys. */
  readonly witnesses: readonly string[]
}

const DAY_MS = 86_400_000

export const DEFAULT_SETTINGS: Settings = {
  store: 'public',
  lifetimes: {
    rootMs: 365 * DAY_MS,
    targetsMs: 365 * DAY_MS,
    snapshotMs: 90 * DAY_MS,
    timestampMs: DAY_MS,
    carriedMs: 30 * DAY_MS,
    dataMs: 30 * DAY_MS,
  },
  witnesses: [],
}

const LIVES = {
  root: 'rootMs',
  targets: 'targetsMs',
  snapshot: 'snapshotMs',
  timestamp: 'timestampMs',
  carried: 'carriedMs',
  data: 'dataMs',
} as const

/** From the tables of the file. Says everything that is wrong at once. Faults: repo/settings. */
export function parseSettings(tables: Readonly<Record<string, unknown>>, file: string): Settings {
  const { store = DEFAULT_SETTINGS.store, witnesses = DEFAULT_SETTINGS.witnesses, expiry = {}, ...unknown } = tables
  const wrong = Object.keys(unknown).map((name) => `${name} is not known; there is store, witnesses, [expiry]`)
  if (typeof store !== 'string' || store === '') wrong.push('store is no folder')
  else if (/^[a-z0-9]+:/.test(store) && !isBucket(store))
    wrong.push(`store is ${store}: a folder can be published into, or s3://bucket/path`)
  if (!Array.isArray(witnesses) || witnesses.length > MAX_WITNESSES || !witnesses.every(isKey))
    wrong.push(`witnesses is no list of up to ${MAX_WITNESSES} keys such as "witness.example.org/one+…"`)
  const isTable = typeof expiry === 'object' && expiry !== null && !Array.isArray(expiry)
  if (!isTable) wrong.push('expiry is no table')
  const given: Partial<Record<keyof Lifetimes, number>> = {}
  for (const [name, value] of isTable ? Object.entries(expiry) : []) {
    const life = Object.hasOwn(LIVES, name) ? LIVES[name as keyof typeof LIVES] : undefined
    const ms = parseLife(value)
    if (life === undefined) wrong.push(`[expiry] ${name} is not known; it has ${Object.keys(LIVES).join(', ')}`)
    else if (ms === undefined) wrong.push(`[expiry] ${name} is no time: write it as "12h" or "30d"`)
    else given[life] = ms
  }
  if (wrong.length === 0)
    return { store: store as string, witnesses: witnesses as string[], lifetimes: { ...DEFAULT_SETTINGS.lifetimes, ...given } }
  throw new Fault('repo/settings', `Cannot use the settings of this repository:${wrong.map((line) => `\n  - ${line}`).join('')}`, {
    in: file,
    try: 'docs/formats/repo-settings.md lists every setting with its default',
  })
}

/** What readers of `log/witnessed.json` bear. */
const MAX_WITNESSES = 64

function isKey(value: unknown): boolean {
  return typeof value === 'string' && /^[^\s+]+\+[0-9a-f]{8}\+\S+$/.test(value)
}

/** Whether a store is a bucket of S3, and not a folder. */
export function isBucket(store: string): boolean {
  return store.startsWith('s3://')
}

function parseLife(value: unknown): number | undefined {
  const [, count, unit] = typeof value === 'string' ? (/^(\d{1,5})([hd])$/.exec(value) ?? []) : []
  const ms = Number(count) * (unit === 'd' ? DAY_MS : DAY_MS / 24)
  return ms > 0 ? ms : undefined
}

/** The file as `kmend repo init` writes it. */
export function formatSettings(store: string): string {
  return `# The folder that the repository is published in, what a web server serves; or s3://bucket/path.
store = ${JSON.stringify(store)}

# Whose cosignatures of the log kmend repo cosign publishes: their keys.
witnesses = []

# How long what is signed lives.
[expiry]
root = "365d"
targets = "365d"
snapshot = "90d"
timestamp = "1d"
carried = "30d"
data = "30d"
`
}
