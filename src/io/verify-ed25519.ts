import { createPublicKey, verify } from 'node:crypto'

/** Whether the signature is one of the message by the key of 32 bytes. */
export function verifyEd25519(message: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') }
  return verify(null, message, createPublicKey({ format: 'jwk', key: jwk }), signature)
}
