/** What a log says of itself, signed: https://c2sp.org/tlog-checkpoint. */
import { bytesFromUtf8, Fault } from '../base/mod.ts'
import { HASH_BYTES } from './hash.ts'
import { bytesFromBase64, ED25519, type Note, parseNote, type VerifierKey } from './note.ts'

export interface Checkpoint {
  /** Which log it is. */
  readonly origin: string
  /** How many entries it has. */
  readonly size: number
  readonly root: Uint8Array
}

/** Whether a signature of Ed25519 is one of the message by the key of 32 bytes: handed in. */
export type Verify = (message: Uint8Array, signature: Uint8Array, key: Uint8Array) => boolean

/** The text to be signed. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toBase64()}\n`
}

/** The checkpoint of the log of this origin, in a note that its key signed. Faults: trust/log. */
export function openCheckpoint(
  bytes: Uint8Array,
  { key, origin, path, verify }: { readonly key: VerifierKey; readonly origin: string; readonly path: string; readonly verify: Verify },
): { readonly checkpoint: Checkpoint; readonly note: Note } {
  const note = parseNote(bytes, path)
  const ours = note.signatures.filter(({ name, id }) => name === key.name && id === key.id)
  const message = bytesFromUtf8(note.text)
  const finding = ours.length === 0 ? `${key.name} has not signed it` : `the signature of ${key.name} is not one of this text`
  if (key.type !== ED25519 || ours.length === 0 || !ours.every((signature) => verify(message, signature.bytes, key.key)))
    throw new Fault('trust/log', `Cannot trust the log's checkpoint: ${finding}`, {
      in: path,
      try: 'try again later; when it stays so, tell the publisher',
    })
  const checkpoint = parseText(note.text, path)
  if (checkpoint.origin !== origin)
    throw new Fault('trust/log', `Cannot trust the log's checkpoint: it is that of ${checkpoint.origin}, not of ${origin}`, {
      in: path,
      try: 'tell the publisher',
    })
  return { checkpoint, note }
}

/** One that was opened before: who signed it is not asked again. Faults: trust/log. */
export function parseCheckpoint(bytes: Uint8Array, path: string): Checkpoint {
  return parseText(parseNote(bytes, path).text, path)
}

function parseText(text: string, path: string): Checkpoint {
  const checkpoint = parseCheckpointText(text)
  if (checkpoint !== undefined) return checkpoint
  throw new Fault('trust/log', 'Cannot read the log’s checkpoint: it is not origin, size and root hash, a line each', {
    in: path,
    try: 'tell the publisher',
  })
}

/** Undefined when it is none. Extension lines are ignored: no auditor can check them. */
export function parseCheckpointText(text: string): Checkpoint | undefined {
  const [origin = '', digits = '', encoded = '', ...rest] = text.split('\n')
  const size = Number(digits)
  const root = bytesFromBase64(encoded)
  const isWhole =
    origin !== '' && /^(0|[1-9]\d*)$/.test(digits) && Number.isSafeInteger(size) && rest.at(-1) === '' && !rest.slice(0, -1).includes('')
  return isWhole && root?.length === HASH_BYTES ? { origin, size, root } : undefined
}
