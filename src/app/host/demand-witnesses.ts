import { Fault, invariant } from '../../core/base/mod.ts'
import type { Witnesses } from '../../core/host/mod.ts'
import { formatWitnessed, type Note, parseCheckpoint, parseWitnessed } from '../../core/log/mod.ts'
import { LOG_WITNESSED } from '../../core/trust/mod.ts'
import { type Demand, fetchSeen, parseDemand, type Seen, seenBy, sizeSeen } from '../log/mod.ts'
import type { HostPorts } from './ports.ts'
import { type LoggedIn, readKept, witnessedPath } from './take-logged.ts'

export interface Demanded extends Pick<LoggedIn, 'log' | 'folder' | 'fetch'> {
  /** Of the live patch that is about to be brought. */
  readonly name: string
  /** How many of the log's first entries have all that offers it. */
  readonly sizeLogged: number
  readonly isOffline: boolean
}

/**
 * That as many witnesses as this host demands have seen all that offers a live patch: docs/formats/log.md, clause 9. What they have seen is kept: a witness that has
 * vouched for an entry need not do so again. Faults: trust/witness, trust/log, trust/metadata, fetch/*, host/state.
 */
export async function demandWitnesses(witnesses: Witnesses, demanded: Demanded, ports: HostPorts): Promise<void> {
  const { log, folder, sizeLogged, isOffline, name } = demanded
  const sha256 = (content: Uint8Array) => Uint8Array.fromHex(ports.digest(content))
  const means = { fetch: demanded.fetch, sha256, verify: ports.verify }
  const demand = parseDemand(witnesses, means)
  const path = witnessedPath(folder)
  const kept = await readNotes(path, ports)
  const known = seenBy(demand.witnesses, kept, { origin: log.origin, verify: ports.verify })
  if (sizeSeen(known, demand) >= sizeLogged) return
  if (isOffline) throw tooFew(name, known, { demand, sizeLogged })
  const checkpoint = await readKept(`${folder}/checkpoint`, ports)
  invariant(checkpoint !== undefined, 'what was found in the log was found by its checkpoint')
  const told = await fetchSeen(demand.witnesses, parseCheckpoint(checkpoint, LOG_WITNESSED), means)
  const notes = [...kept, ...[...told.values()].map(({ note }) => note)]
  const seen = seenBy(demand.witnesses, notes, { origin: log.origin, verify: ports.verify })
  await ports.files.write(path, formatWitnessed([...seen.values()].map(({ note }) => note)))
  if (sizeSeen(seen, demand) < sizeLogged) throw tooFew(name, seen, { demand, sizeLogged })
}

/** What was consistent with the log when it came. A file that is damaged is of no use, and no harm: the repository is asked again. */
async function readNotes(path: string, { files }: HostPorts): Promise<readonly Note[]> {
  if (!(await files.exists(path))) return []
  try {
    return parseWitnessed(await files.readBytes(path), path)
  } catch (error) {
    if (error instanceof Fault && error.code === 'trust/log') return []
    throw error
  }
}

function tooFew(name: string, seen: Seen, { demand, sizeLogged }: { readonly demand: Demand; readonly sizeLogged: number }): Fault {
  const count = [...seen.values()].filter(({ checkpoint }) => checkpoint.size >= sizeLogged).length
  const { witnesses, atLeast } = demand
  return new Fault(
    'trust/witness',
    `Cannot bring ${name}: ${count} of ${witnesses.length} witnesses have seen that it was published, and this host demands ${atLeast}`,
    {
      in: LOG_WITNESSED,
      try: 'wait: it is asked for again soon, and what was taken back counts already. When it stays so, ask the witnesses and the publisher (docs/runbook/witness-refuses.md)',
    },
  )
}
