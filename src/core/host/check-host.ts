import type { HostRecord, PatchRecord } from './host-record.ts'
import type { KernelFacts } from './kernel-facts.ts'
import { type Coverage, type LaterKernel, noticeOf } from './lifecycle.ts'
import { formatRetraction } from './retractions.ts'
import type { Round } from './round.ts'

/** What a monitor is told about: the kernel, what the host keeps, and what is under way. */
export interface CheckFacts {
  readonly kernel: Pick<KernelFacts, 'release' | 'livepatch'>
  /** Why live patching does not work on this boot; empty when it does. */
  readonly impossible: readonly string[]
  /** The transition that is under way. `forMs` is null when the kernel's log does not tell its beginning, `tasks` when only root may count them. */
  readonly transition: { readonly patch: string; readonly forMs: number | null; readonly tasks: number | null } | undefined
  readonly deadlineMs: number
  /** Undefined for whoever may not read it. */
  readonly record: HostRecord | undefined
  /** The live patch of an act that was cut short. */
  readonly interrupted: string | undefined
  readonly lastRound: Omit<Round, 'schema'> | null
  /** Until when the running kernel gets live patches. */
  readonly coverage: Coverage
  /** Kernels on offer that get them for longer. */
  readonly coveredLonger: readonly LaterKernel[]
  readonly nowMs: number
}

/** The states of a monitoring plugin, and their exit codes; these are not kmend's own. */
export const CHECK_EXIT = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const

export type CheckLevel = keyof typeof CHECK_EXIT

export interface CheckFinding {
  readonly level: 'warning' | 'critical'
  readonly text: string
}

export interface HostCheck {
  readonly level: CheckLevel
  /** The gravest first; empty when all is well. */
  readonly findings: readonly CheckFinding[]
}

/** The agent runs every few minutes: what is on trial for longer than this without it is not watched. */
const AGENT_LATE_MS = 3_600_000

/** Judges the live patching of a host. A newer kernel that is installed is no alarm by itself. */
export function checkHost(facts: CheckFacts): HostCheck {
  const findings = [...ofKernel(facts), ...ofTransition(facts), ...ofRecord(facts), ...ofAgent(facts), ...ofCoverage(facts)]
  const grave = findings.filter(({ level }) => level === 'critical')
  const light = findings.filter(({ level }) => level === 'warning')
  const level = grave.length > 0 ? 'critical' : facts.record === undefined ? 'unknown' : light.length > 0 ? 'warning' : 'ok'
  return { level, findings: [...grave, ...light] }
}

function ofKernel({ impossible, interrupted }: CheckFacts): CheckFinding[] {
  return [
    ...(impossible.length === 0 ? [] : [critical(`live patching is impossible here: ${impossible.join('; ')}`)]),
    ...(interrupted === undefined ? [] : [critical(`an act on ${interrupted} was cut short: kmend agent ends it`)]),
  ]
}

function ofTransition({ transition, deadlineMs }: CheckFacts): CheckFinding[] {
  if (transition === undefined) return []
  const { patch, forMs, tasks } = transition
  const left = tasks === null ? '' : `, ${tasks} ${tasks === 1 ? 'task' : 'tasks'} to go`
  if (forMs === null) return [warning(`${patch} is in transition, since when is not known${left}`)]
  const seconds = Math.round(forMs / 1000)
  if (forMs <= deadlineMs) return [warning(`${patch} is in transition for ${seconds} s${left}`)]
  return [critical(`${patch} is in transition for ${seconds} s, longer than ${Math.round(deadlineMs / 1000)} s${left}: kmend blocking -vv`)]
}

function ofRecord({ record, kernel: { release, livepatch } }: CheckFacts): CheckFinding[] {
  const patches = (record?.patches ?? []).filter((patch) => patch.release === release)
  const loaded = new Map(livepatch?.patches.map((patch) => [patch.name, patch]))
  const best = Math.max(-1, ...patches.filter(({ name }) => loaded.get(name)?.isEnabled === true).map(({ version }) => version))
  return patches.flatMap((patch) => {
    const { name, standing, retracted } = patch
    const isOutdone = patch.version < best
    const isLoaded = loaded.has(name)
    return [
      ...(standing.kind === 'quarantined' && !isOutdone ? [critical(`${name} is in quarantine: ${standing.reason}`)] : []),
      ...(standing.kind === 'accepted' && !isOutdone && !isLoaded
        ? [critical(`${name} is accepted and not in force: kmend apply ${name}`)]
        : []),
      ...(retracted !== undefined && loaded.get(name)?.isEnabled === true
        ? [warning(`${name} is in force, and its publisher has taken it back: ${formatRetraction(retracted)}`)]
        : []),
      ...(isCutShort(patch) && !isOutdone ? [warning(`the trial of ${name} was ended by a reboot: kmend apply ${name}`)] : []),
    ]
  })
}

function isCutShort({ standing }: PatchRecord): boolean {
  return standing.kind === 'kept' && standing.cutShort === true
}

function ofAgent({ lastRound, record, kernel: { release }, nowMs }: CheckFacts): CheckFinding[] {
  if (lastRound !== null && lastRound.error !== null) return [warning(`the last round of kmend agent failed: ${lastRound.error}`)]
  const trials = (record?.patches ?? []).filter((patch) => patch.release === release && patch.standing.kind === 'trial')
  return trials.flatMap(({ name, sinceMs }) => {
    const quietMs = nowMs - Math.max(sinceMs, lastRound?.atMs ?? 0)
    return quietMs <= AGENT_LATE_MS
      ? []
      : [warning(`${name} is on trial, and kmend agent has not run for ${Math.round(quietMs / 60_000)} min`)]
  })
}

function ofCoverage({ coverage, coveredLonger }: CheckFacts): CheckFinding[] {
  const notice = noticeOf(coverage, coveredLonger)
  return notice === undefined ? [] : [notice]
}

function critical(text: string): CheckFinding {
  return { level: 'critical', text }
}

function warning(text: string): CheckFinding {
  return { level: 'warning', text }
}
