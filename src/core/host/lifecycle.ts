import { Fault } from '../base/mod.ts'
import type { InstalledKernel } from './installed-kernel.ts'

/** Until when kernels get live patches: docs/formats/lifecycle.md. */
export interface Lifecycle {
  readonly schema: typeof LIFECYCLE_SCHEMA
  readonly kernels: readonly {
    readonly release: string
    /** Null when all builds of the release have the same dates. */
    readonly packageVersion: string | null
    /** First and last day, `2026-11-02`, in UTC. */
    readonly from: string
    readonly until: string
  }[]
}

export const LIFECYCLE_SCHEMA = 'kmend/lifecycle/1'

export type Coverage =
  /** No dates are known for it. */
  | { readonly kind: 'unknown' }
  /** `daysLeft` counts whole days after today; 0 on the last one. */
  | { readonly kind: 'covered'; readonly until: string; readonly daysLeft: number }
  | { readonly kind: 'ended'; readonly until: string }

const DAY = /^\d{4}-\d\d-\d\d$/
const DAY_MS = 86_400_000

/** In UTC. */
export function isSameDay(aMs: number, bMs: number): boolean {
  return Math.floor(aMs / DAY_MS) === Math.floor(bMs / DAY_MS)
}

/** Faults: host/lifecycle. */
export function parseLifecycle(text: string, file: string): Lifecycle {
  try {
    const parsed = JSON.parse(text) as Lifecycle
    if (parsed.schema === LIFECYCLE_SCHEMA && parsed.kernels.every(isKernel)) return parsed
  } catch {
    // falls through: whatever is wrong with it, the advice is the same
  }
  throw new Fault('host/lifecycle', `Cannot read until when kernels get live patches: the file is not of the form ${LIFECYCLE_SCHEMA}`, {
    in: file,
    try: 'docs/formats/lifecycle.md has its form; without the file, coverage is shown as not known',
  })
}

function isKernel({ release, packageVersion, from, until }: Lifecycle['kernels'][number]): boolean {
  return typeof release === 'string' && (packageVersion === null || typeof packageVersion === 'string') && isDay(from) && isDay(until)
}

function isDay(text: unknown): boolean {
  return typeof text === 'string' && DAY.test(text) && !Number.isNaN(Date.parse(text))
}

/** An entry for the very package counts before one for all builds of the release. */
export function coverageOf({ release, packageVersion }: InstalledKernel, lifecycle: Lifecycle | undefined, nowMs: number): Coverage {
  const entries = (lifecycle?.kernels ?? []).filter((entry) => entry.release === release)
  const entry =
    entries.find((candidate) => candidate.packageVersion === packageVersion) ?? entries.find((all) => all.packageVersion === null)
  return entry === undefined ? { kind: 'unknown' } : coverageUntil(entry.until, nowMs)
}

/** Of a kernel whose last day is known. */
export function coverageUntil(until: string, nowMs: number): Exclude<Coverage, { kind: 'unknown' }> {
  const daysLeft = Math.round((Date.parse(until) - Math.floor(nowMs / DAY_MS) * DAY_MS) / DAY_MS)
  return daysLeft < 0 ? { kind: 'ended', until } : { kind: 'covered', until, daysLeft }
}

export interface CoverageNotice {
  /** The last of the steps that was passed; 0 when live patches have ended. */
  readonly step: number
  readonly level: 'warning' | 'critical'
  readonly text: string
}

/** Days before the end at which it is announced, the last first. A new kernel takes a reboot, and that a date that suits. */
const STEPS = [
  { step: 7, level: 'critical', wayOn: 'update the kernel and reboot' },
  { step: 30, level: 'warning', wayOn: 'set a date to update the kernel and reboot' },
  { step: 60, level: 'warning', wayOn: 'plan an update of the kernel and a reboot' },
] as const

/** Whether other kernels are of interest: a day before the end is announced first, so that this names them. */
export function isEndNear(coverage: Coverage): boolean {
  return coverage.kind === 'ended' || (coverage.kind === 'covered' && coverage.daysLeft <= STEPS[2].step + 1)
}

export interface LaterKernel {
  readonly release: string
  readonly coverage: Coverage
}

/**
 * What is to be said of a kernel whose live patches end soon, or have ended, with those that get them for longer; undefined while that is far off, or not
 * known.
 */
export function noticeOf(coverage: Coverage, longer: readonly LaterKernel[] = []): CoverageNotice | undefined {
  if (coverage.kind === 'unknown') return undefined
  const { until } = coverage
  const offered = onOffer(longer)
  if (coverage.kind === 'ended') {
    const text = `live patches for this kernel ended on ${until}: ${STEPS[0].wayOn}${offered}`
    return { step: 0, level: 'critical', text }
  }
  const { daysLeft } = coverage
  const passed = STEPS.find(({ step }) => daysLeft <= step)
  if (passed === undefined) return undefined
  const { step, level, wayOn } = passed
  const when = daysLeft === 0 ? 'today' : `in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}, on ${until}`
  return { step, level, text: `live patches for this kernel end ${when}: ${wayOn}${offered}` }
}

/** More than these a line of a monitor has no room for. */
const NAMED = 3

function onOffer(longer: readonly LaterKernel[]): string {
  const named = longer
    .slice(0, NAMED)
    .flatMap(({ release, coverage }) => (coverage.kind === 'covered' ? [`${release} until ${coverage.until}`] : []))
  return named.length === 0 ? '' : ` (on offer: ${named.join(', ')})`
}
