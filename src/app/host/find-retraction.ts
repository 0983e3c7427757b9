import { Fault } from '../../core/base/mod.ts'
import { type Candidate, type HeardRetraction, findPatch, withPatch } from '../../core/host/mod.ts'
import type { Retraction } from '../../core/trust/mod.ts'
import { readFollowingIfWhole } from './following-store.ts'
import { note, readRecord, writeRecord } from './host-store.ts'
import type { HostPorts } from './ports.ts'

/**
 * What was said of having taken a live patch back, whoever brings it: a person, a package, or what this host keeps. Undefined where its publisher has not.
 * Faults: host/state.
 */
export async function findRetraction({ sha256 }: Pick<Candidate, 'sha256'>, ports: HostPorts): Promise<HeardRetraction | undefined> {
  const { patches } = await readRecord(ports)
  const { offers } = await readFollowingIfWhole(ports)
  const kept = patches.find((patch) => patch.sha256 === sha256 && patch.retracted !== undefined)
  const offered = offers.find(({ moduleSha256, retracted }) => moduleSha256 === sha256 && retracted !== undefined)
  return kept?.retracted ?? offered?.retracted
}

export interface Acceptance {
  readonly candidate: Candidate
  readonly release: string
  /** Why it is to run all the same. */
  readonly reason: string
}

/** An administrator has what was taken back run all the same: it is in the history, and counts until its publisher says something else of it. */
export async function acceptRetraction(
  told: Retraction,
  { candidate: { name }, release, reason }: Acceptance,
  ports: HostPorts,
): Promise<HeardRetraction> {
  const retracted = { ...told, accepted: { atMs: ports.nowMs(), reason } }
  const record = await readRecord(ports)
  const known = findPatch(record, { release, name })
  if (known !== undefined) await writeRecord(withPatch(record, { ...known, retracted }), ports)
  await note({ act: 'accept-retracted', patch: name, release, reason, outcome: 'done', detail: { retracted: told.reason } }, ports)
  return retracted
}

/** What is said of it. */
export function takenBack(name: string, { reason }: Retraction): Fault {
  return new Fault('trust/retracted', `Cannot apply ${name}: its publisher has taken it back: ${reason}`, {
    try: 'kmend plan shows what is on offer in its place; where this host has to run it all the same: kmend apply … --accept-retracted REASON',
  })
}
