import { type CheckFacts, type HostCheck, checkHost } from '../../core/host/mod.ts'
import { readRecord } from './host-store.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'
import { readPolicy } from './session.ts'
import { type HostStatus, readStatus } from './status.ts'

export interface CheckReport {
  readonly check: HostCheck
  readonly status: HostStatus
  readonly deadlineMs: number
  /** Live patches that this host keeps for the running kernel, by standing; undefined for whoever may not read it. */
  readonly kept: Readonly<Record<string, number>> | undefined
}

/** Judges this host for a monitor. Anyone may ask; without root the answer is at best `unknown`. Faults: host/policy, host/state, host/lifecycle. */
export async function checkThisHost(ports: HostPorts): Promise<CheckReport> {
  const kernel = readKernel(ports.system)
  const status = await readStatus(ports, kernel)
  const { deadlineMs } = (await readPolicy(ports)).transition
  const record = ports.actor.uid === 0 ? await readRecord(ports) : undefined
  const facts: CheckFacts = {
    kernel,
    impossible: status.impossible,
    transition: status.state.kind === 'ready' ? undefined : status.state,
    deadlineMs,
    record,
    interrupted: status.interrupted ?? undefined,
    lastRound: status.lastRound,
    coverage: status.coverage,
    coveredLonger: status.coveredLonger,
    nowMs: ports.nowMs(),
  }
  const standings = record?.patches.flatMap(({ release, standing }) => (release === kernel.release ? [standing.kind] : []))
  const kept =
    standings === undefined
      ? undefined
      : Object.fromEntries(STANDINGS.map((kind) => [kind, standings.filter((other) => other === kind).length]))
  return { check: checkHost(facts), status, deadlineMs, kept }
}

const STANDINGS = ['accepted', 'trial', 'kept', 'quarantined'] as const
