/** A witness's word that a log only grew up to this checkpoint: https://c2sp.org/tlog-cosignature, cosignature/v1. */
import { bytesFromUtf8, concatBytes, Fault, invariant } from '../base/mod.ts'
import { type Checkpoint, parseCheckpointText, type Verify } from './checkpoint.ts'
import type { Sha256 } from './hash.ts'
import { COSIGNATURE, type Note, type NoteSignature, parseVerifierKey, type VerifierKey } from './note.ts'

const TIME_BYTES = 8

/** The key of a witness, as whoever demands it is told it. Faults: trust/metadata. */
export function parseWitnessKey(text: string, sha256: Sha256): VerifierKey {
  const key = parseVerifierKey(text, sha256)
  if (key.type === COSIGNATURE) return key
  throw new Fault('trust/metadata', 'Cannot use this key as that of a witness: it signs checkpoints of its own log', {
    in: text.slice(0, 200),
    try: 'take the line that kmend log key has printed for the witness',
  })
}

/** What a witness signs for a checkpoint's text. */
export function cosignedMessage(text: string, timeS: number): Uint8Array {
  return bytesFromUtf8(`cosignature/v1\ntime ${timeS}\n${text}`)
}

/** The line of a cosignature, from the signature of `cosignedMessage`. */
export function makeCosignature(
  { name, id }: Pick<VerifierKey, 'name' | 'id'>,
  { timeS, signature }: { readonly timeS: number; readonly signature: Uint8Array },
): NoteSignature {
  const time = new Uint8Array(TIME_BYTES)
  new DataView(time.buffer).setBigUint64(0, BigInt(timeS))
  return { name, id, bytes: concatBytes([time, signature]) }
}

/** A checkpoint with the word of one witness. */
export interface Cosigned {
  readonly checkpoint: Checkpoint
  /** When the witness gave its word: seconds since 1970. */
  readonly timeS: number
  /** With no other signatures than those of the log and of the witness. */
  readonly note: Note
}

/** What the witness has cosigned of the log; undefined when its line is missing or wrong, or the checkpoint is of another log. */
export function findCosigned(
  { text, signatures }: Note,
  { witness: { name, id, type, key }, origin, verify }: { readonly witness: VerifierKey; readonly origin: string; readonly verify: Verify },
): Cosigned | undefined {
  invariant(type === COSIGNATURE, 'the key is that of a witness')
  const checkpoint = parseCheckpointText(text)
  if (checkpoint?.origin !== origin) return undefined
  for (const line of signatures) {
    const { bytes } = line
    if (line.name !== name || line.id !== id || bytes.length <= TIME_BYTES) continue
    const timeS = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
    if (!Number.isSafeInteger(timeS) || !verify(cosignedMessage(text, timeS), bytes.subarray(TIME_BYTES), key)) continue
    const ofLog = signatures.find((one) => one.name === origin)
    return { checkpoint, timeS, note: { text, signatures: [...(ofLog === undefined ? [] : [ofLog]), line] } }
  }
  return undefined
}
