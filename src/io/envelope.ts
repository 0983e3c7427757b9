import { dsse } from '@sigstore/core'
import type { Envelope } from '../core/bundle/mod.ts'
import type { SigningKey } from './signing-key.ts'

/** The signature is over the envelope's own encoding of type and payload. */
export function sealEnvelope(payloadType: string, payload: string, key: SigningKey): Envelope {
  const bytes = Buffer.from(payload)
  const sig = Buffer.from(key.sign(dsse.preAuthEncoding(payloadType, bytes))).toString('base64')
  return { payload: bytes.toString('base64'), payloadType, signatures: [{ keyid: key.id, sig }] }
}
