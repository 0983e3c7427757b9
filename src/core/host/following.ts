import { Fault, isCount, isTimeMs } from '../base/mod.ts'
import { type Offer, formatOffer, parseOffer } from '../trust/mod.ts'
import type { PastChecks } from './check-schedule.ts'
import type { Offered } from './retractions.ts'

/** The repository that a host follows: /etc/kmend/repository.toml. */
export interface Followed {
  readonly url: string
  /** SHA-256 of its first root, in hex. */
  readonly fingerprint: string
  readonly tier: string
  /** It is a copy that was carried here. */
  readonly isCarried: boolean
  /** Absent: none are demanded. */
  readonly witnesses?: Witnesses
}

/** Who has to have seen what goes in: docs/formats/log.md, clause 9. */
export interface Witnesses {
  /** As `kmend log key` prints them. */
  readonly keys: readonly string[]
  readonly atLeast: number
}

/** What is known of it: /var/lib/kmend/following.json. */
export interface Following extends PastChecks {
  readonly schema: typeof FOLLOWING_SCHEMA
  /** Of the last check that was begun; null when that came to its end. */
  readonly error: string | null
  /** The latest time that this host has seen: a clock that is behind it was put back. */
  readonly latestMs: number
  /** How long what is known may be gone by; null before the first check. */
  readonly validUntilMs: number | null
  /** When it was last asked about the kernels that do not run; null before the first time. */
  readonly othersMs: number | null
  /** For the kernel that ran then. */
  readonly release: string
  readonly offers: readonly Offer[]
  /** The last decision that is in the history; null before the first. */
  readonly decision: string | null
}

export const FOLLOWING_SCHEMA = 'kmend/following/1'

export const NOTHING_KNOWN: Following = {
  schema: FOLLOWING_SCHEMA,
  checkedMs: null,
  triedMs: null,
  failures: 0,
  error: null,
  latestMs: 0,
  validUntilMs: null,
  othersMs: null,
  release: '',
  offers: [],
  decision: null,
}

/** What came of asking the repository. */
export interface Check {
  readonly askedMs: number
  /** Undefined when nothing that is valid is known of it. */
  readonly found: (Offered & { readonly validUntilMs: number }) | undefined
  /** For kernels that do not run; undefined where they were not asked about. */
  readonly others: readonly Offered[] | undefined
  /** The repository could not be asked: what was verified before is found. */
  readonly isOffline: boolean
  /** What kept it from its end; empty when nothing did. */
  readonly faults: readonly Fault[]
}

/** What is known after a check. */
export function afterCheck(before: Following, { askedMs, found, others, isOffline, faults }: Check): Following {
  const [fault] = faults
  const known = found === undefined ? {} : { release: found.release, offers: found.offers, validUntilMs: found.validUntilMs }
  return {
    ...before,
    ...known,
    checkedMs: found === undefined || isOffline ? before.checkedMs : askedMs,
    triedMs: askedMs,
    othersMs: others === undefined ? before.othersMs : askedMs,
    failures: fault === undefined ? 0 : before.failures + 1,
    error: fault?.message ?? null,
    latestMs: Math.max(before.latestMs, askedMs),
  }
}

/** Faults: host/policy. */
export function parseFollowed(tables: Readonly<Record<string, unknown>>, file: string): Followed {
  const { url, root, tier, carried = false, witnesses, cosignatures, ...others } = tables
  const wrong = [
    ...Object.keys(others).map((key) => `${key} is not known; there is url, root, tier, carried, witnesses, cosignatures`),
    ...(typeof url === 'string' ? [] : ['url is no text']),
    ...(typeof root === 'string' && isFingerprint(root) ? [] : ['root is no fingerprint: 64 digits of hex']),
    ...(typeof tier === 'string' ? [] : ['tier is no text']),
    ...(typeof carried === 'boolean' ? [] : ['carried is neither true nor false']),
    ...checkWitnesses(witnesses, cosignatures),
  ]
  if (wrong.length === 0) {
    const followed = { url: String(url), fingerprint: String(root), tier: String(tier), isCarried: carried === true }
    return witnesses === undefined
      ? followed
      : { ...followed, witnesses: { keys: witnesses as readonly string[], atLeast: Number(cosignatures) } }
  }
  throw new Fault('host/policy', `Cannot read which repository this host follows:${wrong.map((line) => `\n  - ${line}`).join('')}`, {
    in: file,
    try: 'kmend enable writes it anew',
  })
}

function checkWitnesses(keys: unknown, count: unknown): string[] {
  if (keys === undefined && count === undefined) return []
  const isList = Array.isArray(keys) && keys.every((key) => typeof key === 'string') && new Set(keys).size === keys.length
  if (!isList || keys.length === 0) return ['witnesses is no list of keys, each of them once']
  return isCount(count) && count >= 1 && count <= keys.length
    ? []
    : [`cosignatures is no number from 1 to ${keys.length}, as many as there are witnesses`]
}

export function formatFollowed({ url, fingerprint, tier, isCarried, witnesses }: Followed): string {
  const text = (value: unknown) => JSON.stringify(value)
  const lines = [
    '# Written by kmend enable.',
    `url = ${text(url)}`,
    `root = ${text(fingerprint)}`,
    `tier = ${text(tier)}`,
    `carried = ${isCarried}`,
    ...(witnesses === undefined ? [] : [`witnesses = ${text(witnesses.keys)}`, `cosignatures = ${witnesses.atLeast}`]),
  ]
  return `${lines.join('\n')}\n`
}

export function isFingerprint(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

/** Faults: host/state. */
export function parseFollowing(text: string, file: string): Following {
  try {
    const parsed: unknown = JSON.parse(text)
    // Earlier versions did not ask about other kernels.
    const whole: unknown = { othersMs: null, ...(parsed as object) }
    if (isFollowing(whole)) return whole
  } catch {
    // Said below.
  }
  throw new Fault(
    'host/state',
    `Cannot read what this host knows of the repository that it follows: it is not of the form ${FOLLOWING_SCHEMA}`,
    {
      in: file,
      try: 'kmend enable asks the repository anew; kmend apply of a file, kmend downgrade and kmend remove work without',
    },
  )
}

/** Throws at an offer that is none. */
function isFollowing(value: unknown): value is Following {
  if (typeof value !== 'object' || value === null) return false
  const { schema, release, offers, ...rest } = value as Readonly<Record<string, unknown>>
  return (
    schema === FOLLOWING_SCHEMA &&
    typeof release === 'string' &&
    Array.isArray(offers) &&
    offers.every((offer: Offer) => parseOffer(formatOffer(offer), 'offers') !== undefined) &&
    ['checkedMs', 'triedMs', 'validUntilMs', 'othersMs'].every((key) => rest[key] === null || isTimeMs(rest[key])) &&
    isCount(rest['failures']) &&
    isTimeMs(rest['latestMs']) &&
    ['error', 'decision'].every((key) => rest[key] === null || typeof rest[key] === 'string')
  )
}

export function formatFollowing(following: Following): string {
  return `${JSON.stringify(following, null, 2)}\n`
}

/** Clocks are set a little back by daemons that keep the time; more than this is something else. */
const CLOCK_SLACK_MS = 10 * 60_000

/** A clock that was put back would make old metadata valid again. Faults: trust/clock. */
export function checkClock({ latestMs }: Pick<Following, 'latestMs'>, nowMs: number): void {
  if (nowMs >= latestMs - CLOCK_SLACK_MS) return
  throw new Fault('trust/clock', `Cannot go by the clock of this host: it says ${time(nowMs)}, and this host has seen ${time(latestMs)}`, {
    in: 'the clock',
    try: `set the clock; where it is right, and was ahead before: kmend enable again. That forgets ${time(latestMs)} and the last decision, and what expired since would pass for valid were the clock wrong after all; what versions were seen stays known`,
  })
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}
