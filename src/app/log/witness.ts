import { Fault, invariant } from '../../core/base/mod.ts'
import {
  type Cosigned,
  cosignedMessage,
  findCosigned,
  formatNote,
  makeCosignature,
  parseNote,
  parseVerifierKey,
} from '../../core/log/mod.ts'
import { CATALOGUE, parseRootFacts } from '../../core/trust/mod.ts'
import { checkGrown } from './check-log.ts'
import { fetchCheckpoint } from './fetch-log.ts'
import type { WitnessKey, WitnessPorts } from './ports.ts'

export interface WitnessWish {
  readonly key: WitnessKey
  /** Names the state in what is said. */
  readonly state: string
  /** Whether this is the first visit: only then is there no state. */
  readonly isFirst: boolean
}

export interface CosignedLog {
  readonly origin: string
  /** Entries at the last visit, null on the first; and now. */
  readonly sizeBefore: number | null
  readonly size: number
  readonly timeS: number
}

/**
 * Vouches that a log only grew since this witness vouched for it last. The signature exists nowhere before it is the state, so that no run, however it ends,
 * leaves one that the next does not know of. Faults: witness/*, trust/*, fetch/*.
 */
export async function cosignLog(wish: WitnessWish, ports: WitnessPorts): Promise<CosignedLog> {
  return ports.withLock(async () => {
    const log = await ports.withRepository(CATALOGUE, async ({ root }) => parseRootFacts(root).log)
    const last = await readLast(wish, log.origin, ports)
    const { checkpoint, note } = await fetchCheckpoint(log, ports)
    const timeS = Math.floor(ports.nowMs() / 1000)
    if (last !== undefined) {
      checkTime(timeS, last.timeS)
      await checkGrown(last.checkpoint, checkpoint, ports)
    }
    // Only this one line of the log's: what else stands under it is nobody's word here.
    const { name, id } = parseVerifierKey(log.key, ports.sha256)
    const ofLog = note.signatures.find((line) => line.name === name && line.id === id)
    invariant(ofLog !== undefined, 'the log has signed its checkpoint')
    const signature = wish.key.sign(cosignedMessage(note.text, timeS))
    const line = makeCosignature(wish.key.verifier, { timeS, signature })
    await ports.writeState(formatNote({ text: note.text, signatures: [ofLog, line] }))
    return { origin: log.origin, sizeBefore: last?.checkpoint.size ?? null, size: checkpoint.size, timeS }
  })
}

/** What this key cosigned last of this log; undefined on the first visit. Faults: witness/state. */
async function readLast({ key, state, isFirst }: WitnessWish, origin: string, ports: WitnessPorts) {
  const bytes = await ports.readState()
  if (bytes === undefined && isFirst) return undefined
  if (bytes === undefined)
    throw new Fault('witness/state', 'Cannot cosign: what this witness cosigned last is not there', {
      in: state,
      try: 'bring it back from a copy of yours; --begin is for the first visit of a key alone (docs/runbook/witness-refuses.md)',
    })
  if (isFirst) throw new Fault('witness/state', 'Cannot begin to cosign: there is a state already', { in: state, try: 'leave out --begin' })
  const last = readCosigned(bytes, { witness: key.verifier, origin, verify: ports.verify })
  if (last !== undefined) return last
  throw new Fault('witness/state', `Cannot cosign: the state is not a checkpoint of ${origin} that ${key.verifier.name} has cosigned`, {
    in: state,
    try: 'each log and each key has a state of its own; bring one that is damaged back from a copy (docs/runbook/witness-refuses.md)',
  })
}

function readCosigned(bytes: Uint8Array, of: Parameters<typeof findCosigned>[1]): Cosigned | undefined {
  try {
    return findCosigned(parseNote(bytes, 'the state'), of)
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

function checkTime(nowS: number, lastS: number): void {
  if (nowS >= lastS) return
  const [now, last] = [nowS, lastS].map((timeS) => new Date(timeS * 1000).toISOString())
  throw new Fault('trust/clock', `Cannot cosign: the clock says ${now}, and this witness has cosigned at ${last}`, {
    in: 'the clock',
    try: 'set the clock',
  })
}
