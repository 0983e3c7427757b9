import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Fault } from '../core/base/mod.ts'
import { COSIGNATURE, formatVerifierKey, makeVerifierKey, parseWitnessKey, type VerifierKey } from '../core/log/mod.ts'
import { readText } from './files.ts'
import { publicFile, readRoleKey, saveKeys } from './role-key.ts'

/** A key of Ed25519 that cosigns logs under a name. Its private half is a PEM file; its public one, named `.pub`, is what readers who demand it are told. */
export interface WitnessKey {
  readonly verifier: VerifierKey
  readonly sign: (message: Uint8Array) => Uint8Array
}

/** Makes a key and keeps it. Faults: repo/exists, key/unusable. */
export async function makeWitnessKey(file: string, name: string): Promise<VerifierKey> {
  if (!/^[\w.-]+(\/[\w.~-]+)*$/.test(name))
    throw new Fault('key/unusable', `Cannot make a key for ${JSON.stringify(name)}: that cannot name a witness`, {
      try: 'write its name as witness.example.org/one: it has to be one that nobody else has',
    })
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const verifier = makeVerifierKey({ name, type: COSIGNATURE, key: rawOf(publicKey) }, sha256)
  await saveKeys(file, privateKey, `${formatVerifierKey(verifier)}\n`)
  return verifier
}

/** Faults: those of reading a file; key/unusable, trust/metadata. */
export async function readWitnessKey(file: string): Promise<WitnessKey> {
  const { key, signBytes } = await readRoleKey(file)
  const verifier = parseWitnessKey((await readText(publicFile(file))).trim(), sha256)
  if (verifier.key.toHex() === key.keyval.public) return { verifier, sign: signBytes }
  throw new Fault('key/unusable', 'Cannot use this key: its public half is that of another', {
    in: publicFile(file),
    try: 'put the two files together that kmend log key has made',
  })
}

function rawOf(key: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url'))
}

function sha256(content: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(content).digest())
}
