import { concatBytes } from '../base/mod.ts'

/** SHA-256, handed in. */
export type Sha256 = (content: Uint8Array) => Uint8Array

export const HASH_BYTES = 32

/** Leaves and nodes begin differently, so that neither can be shown as the other: RFC 9162, 2.1.1. */
export function hashLeaf(entry: Uint8Array, sha256: Sha256): Uint8Array {
  return sha256(concatBytes([Uint8Array.of(0), entry]))
}

export function hashNode(left: Uint8Array, right: Uint8Array, sha256: Sha256): Uint8Array {
  return sha256(concatBytes([Uint8Array.of(1), left, right]))
}
