import { type KeyObject, createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { Fault } from '../core/base/mod.ts'
import { readBytes } from './files.ts'

/** A private key that signs what we say: Ed25519, ECDSA or RSA. */
export interface SigningKey {
  /** SHA-256 of its public half (SubjectPublicKeyInfo in DER), in hex. */
  readonly id: string
  /** Ed25519 as it is; ECDSA (in DER) and RSA (PKCS#1 v1.5) of the SHA-256. */
  readonly sign: (bytes: Uint8Array) => Uint8Array
}

/** Reads one from a PEM file that has no passphrase. Faults: those of reading a file; key/unusable. */
export async function readSigningKey(path: string): Promise<SigningKey> {
  const key = parseKey(await readBytes(path), path)
  const publicHalf = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  return { id: createHash('sha256').update(publicHalf).digest('hex'), sign: (bytes) => sign(digest, bytes, key) }
}

const KINDS: readonly (string | undefined)[] = ['ed25519', 'ec', 'rsa']

/** Faults: key/unusable. */
export function parseKey(pem: Uint8Array, path: string): KeyObject {
  const refuse = (reason: string, way: string) => new Fault('key/unusable', `Cannot sign: ${reason}`, { in: path, try: way })
  let key: KeyObject
  try {
    key = createPrivateKey({ key: Buffer.from(pem), format: 'pem' })
  } catch (error) {
    if (String(error).includes('passphrase') || String(error).includes('interrupted or cancelled'))
      throw refuse('the key is locked with a passphrase', 'openssl pkey -in <key> -out <another file> unlocks it')
    throw refuse('the file holds no private key in PEM form', 'openssl genpkey -algorithm ed25519 -out key.pem makes one')
  }
  if (KINDS.includes(key.asymmetricKeyType)) return key
  throw refuse(`keys of the kind ${key.asymmetricKeyType ?? 'unknown'} are not used here`, 'Ed25519, ECDSA and RSA are')
}
