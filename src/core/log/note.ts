/** Text with signatures under it, for machines and people: https://c2sp.org/signed-note. */
import { bytesFromUtf8, concatBytes, Fault, hexFromBytes, utf8FromBytes } from '../base/mod.ts'
import type { Sha256 } from './hash.ts'

export interface Note {
  /** Ends in a line feed; what is signed is its UTF-8. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

export interface NoteSignature {
  readonly name: string
  /** Of the key, 8 hex digits. */
  readonly id: string
  readonly bytes: Uint8Array
}

/** A key as verifiers are told it: `<name>+<id>+<base64 of type and key>`. */
export interface VerifierKey {
  readonly name: string
  readonly id: string
  readonly type: number
  /** 32 bytes of Ed25519. */
  readonly key: Uint8Array
}

/** Signs the text as it is. */
export const ED25519 = 0x01
/** A witness's: with the time, see cosignature.ts. */
export const COSIGNATURE = 0x04

/** More than witnesses will be; each costs a verification only when its key is known. */
const MAX_SIGNATURES = 64
const KEY_BYTES = 32
const NAME = /^[^\s+]+$/u

export function makeVerifierKey({ name, type, key }: Omit<VerifierKey, 'id'>, sha256: Sha256): VerifierKey {
  const digest = sha256(concatBytes([bytesFromUtf8(`${name}\n`), Uint8Array.of(type), key]))
  return { name, id: hexFromBytes(digest.subarray(0, 4)), type, key }
}

export function formatVerifierKey({ name, id, type, key }: VerifierKey): string {
  return `${name}+${id}+${concatBytes([Uint8Array.of(type), key]).toBase64()}`
}

/** Faults: trust/metadata. */
export function parseVerifierKey(text: string, sha256: Sha256): VerifierKey {
  const [, name = '', id, encoded = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? []
  const [type, ...key] = bytesFromBase64(encoded) ?? []
  if (NAME.test(name) && (type === ED25519 || type === COSIGNATURE) && key.length === KEY_BYTES) {
    const made = makeVerifierKey({ name, type, key: Uint8Array.from(key) }, sha256)
    if (made.id === id) return made
  }
  throw new Fault('trust/metadata', 'Cannot use a key to verify a log: it is no Ed25519 verifier key', {
    in: text.slice(0, 200),
    try: 'it reads <name>+<8 hex digits>+<base64>: take it over whole, as its owner gives it',
  })
}

export function formatNote({ text, signatures }: Note): string {
  const lines = signatures.map(({ name, id, bytes }) => `— ${name} ${concatBytes([Uint8Array.fromHex(id), bytes]).toBase64()}\n`)
  return `${text}\n${lines.join('')}`
}

/** Faults: trust/log. */
export function parseNote(bytes: Uint8Array, path: string): Note {
  const whole = utf8FromBytes(bytes)
  const at = whole?.lastIndexOf('\n\n') ?? -1
  // oxlint-disable-next-line no-control-regex -- they are what a note must not have
  if (whole === undefined || at < 0 || !whole.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(whole)) throw malformed(path)
  const lines = whole.slice(at + 2, -1).split('\n')
  const signatures = lines.flatMap((line) => parseSignature(line) ?? [])
  if (signatures.length !== lines.length || lines.length > MAX_SIGNATURES) throw malformed(path)
  return { text: whole.slice(0, at + 1), signatures }
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name = '', encoded = ''] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? []
  const bytes = bytesFromBase64(encoded)
  if (!NAME.test(name) || bytes === undefined || bytes.length <= 4) return undefined
  return { name, id: hexFromBytes(bytes.subarray(0, 4)), bytes: bytes.subarray(4) }
}

/** With its padding, and nothing else than one text for the same bytes. */
export function bytesFromBase64(text: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text, { lastChunkHandling: 'strict' })
    return bytes.toBase64() === text ? bytes : undefined // white space is let through by the decoder
  } catch {
    return undefined
  }
}

function malformed(path: string): Fault {
  return new Fault('trust/log', 'Cannot read a signed note: it is not text, an empty line, and lines of signatures', {
    in: path,
    try: 'try again later, and tell the publisher when it stays so',
  })
}
