import { createHash, createPublicKey, verify as verifyWithKey } from 'node:crypto'
import { appendEntries, type Appended } from '../../src/core/log/mod.ts'

export const sha256 = (content: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(content).digest())

/** Ed25519, with a key of 32 bytes. */
export function verify(message: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
  const x = Buffer.from(key).toString('base64url')
  return verifyWithKey(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature)
}

/** Entries that are all different. */
export function makeEntries(count: number, first = 0): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, at) => new TextEncoder().encode(`entry ${first + at}`))
}

/** A log that grew by so many entries at a time, and all files that it has by then. */
export function growLog(...counts: readonly number[]): Appended {
  let size = 0
  let edge: Appended['edge'] = new Map()
  let root = sha256(new Uint8Array(0))
  const files = new Map<string, Uint8Array>()
  for (const count of counts) {
    const appended = appendEntries({ size, edge, entries: makeEntries(count, size) }, sha256)
    for (const [path, content] of appended.files) files.set(path, content)
    ;({ size, edge, root } = appended)
  }
  return { size, root, files, edge }
}

/** The root by the definition of RFC 9162, 2.1.1, and by nothing else. */
export function rootByDefinition(entries: readonly Uint8Array[]): Uint8Array {
  const [only] = entries
  if (only === undefined) return sha256(new Uint8Array(0))
  if (entries.length === 1) return sha256(Buffer.concat([Uint8Array.of(0), only]))
  const middle = 2 ** Math.ceil(Math.log2(entries.length) - 1)
  return sha256(Buffer.concat([Uint8Array.of(1), rootByDefinition(entries.slice(0, middle)), rootByDefinition(entries.slice(middle))]))
}
