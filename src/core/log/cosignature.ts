/** A witness's word that a log only grew up to this checkpoint: https://c2sp.org/tlog-cosignature, cosignature/v1. */
import { bytesFromUtf8, concatBytes } from '../base/mod.ts'
import type { Verify } from './checkpoint.ts'
import { COSIGNATURE, type Note, type NoteSignature, type VerifierKey } from './note.ts'

const TIME_BYTES = 8

/** What a witness signs for a checkpoint's text. */
export function cosignedMessage(text: string, timeS: number): Uint8Array {
  return bytesFromUtf8(`cosignature/v1\ntime ${timeS}\n${text}`)
}

/** The line of a cosignature, from the signature of `cosignedMessage`. */
export function makeCosignature(
  { name, id }: VerifierKey,
  { timeS, signature }: { readonly timeS: number; readonly signature: Uint8Array },
): NoteSignature {
  const time = new Uint8Array(TIME_BYTES)
  new DataView(time.buffer).setBigUint64(0, BigInt(timeS))
  return { name, id, bytes: concatBytes([time, signature]) }
}

/** When each of the witnesses vouched for the checkpoint, in seconds since 1970, by name; one whose line is missing or wrong is not among them. */
export function cosignersOf({ text, signatures }: Note, witnesses: readonly VerifierKey[], verify: Verify): ReadonlyMap<string, number> {
  const times = witnesses.flatMap(({ name, id, type, key }) =>
    signatures.flatMap(({ name: signer, id: signerId, bytes }): [string, number][] => {
      if (type !== COSIGNATURE || signer !== name || signerId !== id || bytes.length <= TIME_BYTES) return []
      const timeS = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
      const isGood = Number.isSafeInteger(timeS) && verify(cosignedMessage(text, timeS), bytes.subarray(TIME_BYTES), key)
      return isGood ? [[name, timeS]] : []
    }),
  )
  return new Map(times)
}
