import { Fault } from '../../core/base/mod.ts'
import {
  type Checkpoint,
  type Cosigned,
  findCosigned,
  type Note,
  parseWitnessed,
  parseWitnessKey,
  type VerifierKey,
} from '../../core/log/mod.ts'
import { LOG_WITNESSED } from '../../core/trust/mod.ts'
import { checkGrown } from './check-log.ts'
import type { LogPorts } from './ports.ts'

/** Whose cosignatures a reader demands, and how many of them. */
export interface Demand {
  readonly witnesses: readonly VerifierKey[]
  readonly atLeast: number
}

/** The newest checkpoint that each of the witnesses has cosigned, where it has. */
export type Seen = ReadonlyMap<VerifierKey, Cosigned>

const MAX_WITNESSED_BYTES = 64 * 1024

/** Faults: trust/metadata. */
export function parseDemand(
  { keys, atLeast }: { readonly keys: readonly string[]; readonly atLeast: number },
  { sha256 }: Pick<LogPorts, 'sha256'>,
): Demand {
  const witnesses = [...new Set(keys)].map((key) => parseWitnessKey(key, sha256))
  if (atLeast >= 1 && atLeast <= witnesses.length) return { witnesses, atLeast }
  throw new Fault('trust/metadata', `Cannot demand ${atLeast} cosignatures of ${witnesses.length} witnesses`, {
    try: 'name more witnesses, or demand fewer cosignatures: at least one, and no more than there are witnesses',
  })
}

/** What the repository tells of the witnesses, each of it consistent with the log as it is here. Faults: trust/log, fetch/*. */
export async function fetchSeen(witnesses: readonly VerifierKey[], newest: Checkpoint, ports: LogPorts): Promise<Seen> {
  const bytes = await ports.fetch(LOG_WITNESSED, MAX_WITNESSED_BYTES)
  const notes = bytes === undefined ? [] : parseWitnessed(bytes, LOG_WITNESSED)
  const seen = seenBy(witnesses, notes, { origin: newest.origin, verify: ports.verify })
  for (const { checkpoint } of seen.values()) {
    const isOlder = checkpoint.size <= newest.size
    await (isOlder ? checkGrown(checkpoint, newest, ports) : checkGrown(newest, checkpoint, ports))
  }
  return seen
}

export function seenBy(
  witnesses: readonly VerifierKey[],
  notes: readonly Note[],
  { origin, verify }: { readonly origin: string; readonly verify: LogPorts['verify'] },
): Seen {
  const seen = new Map<VerifierKey, Cosigned>()
  for (const witness of witnesses) {
    const found = notes.flatMap((note) => findCosigned(note, { witness, origin, verify }) ?? [])
    const newest = found.toSorted((a, b) => b.checkpoint.size - a.checkpoint.size || b.timeS - a.timeS)[0]
    if (newest !== undefined) seen.set(witness, newest)
  }
  return seen
}

/** How many of the log's first entries as many witnesses as are demanded have seen. */
export function sizeSeen(seen: Seen, { atLeast }: Demand): number {
  const sizes = [...seen.values()].map(({ checkpoint }) => checkpoint.size).toSorted((a, b) => b - a)
  return sizes[atLeast - 1] ?? 0
}

/** How far one witness has seen a log, as its publisher tells. */
export interface Witness {
  readonly name: string
  /** Entries; 0 when nothing that it has cosigned is published. */
  readonly size: number
  /** When it said so: seconds since 1970. */
  readonly timeS: number | null
}

export function listWitnesses(witnesses: readonly VerifierKey[], seen: Seen): readonly Witness[] {
  return witnesses.map((witness) => {
    const found = seen.get(witness)
    return { name: witness.name, size: found?.checkpoint.size ?? 0, timeS: found?.timeS ?? null }
  })
}
