import { type KeyObject, createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { Fault } from '../core/base/mod.ts'
import { type Key, canonicalText } from '../core/trust/mod.ts'
import { createNew, readBytes, readText, removeSynced } from './files.ts'
import { parseKey } from './signing-key.ts'

/** The public half of a key that signs metadata. */
export interface PublicRoleKey {
  /** SHA-256 of its canonical JSON, in hex. */
  readonly id: string
  readonly key: Key
}

export interface RoleKey extends PublicRoleKey {
  readonly file: string
  /** Of text as UTF-8; in hex. */
  readonly sign: (text: string) => string
  readonly signBytes: (bytes: Uint8Array) => Uint8Array
}

/** An Ed25519 key without a passphrase, in a PEM file. Faults: those of reading a file; key/unusable. */
export async function readRoleKey(file: string): Promise<RoleKey> {
  const key = parseKey(await readBytes(file), file)
  if (key.asymmetricKeyType !== 'ed25519') throw notEd25519(file, key)
  return roleKeyOf(key, file)
}

function roleKeyOf(key: KeyObject, file: string): RoleKey {
  const signBytes = (bytes: Uint8Array) => sign(null, bytes, key)
  return { ...publicHalfOf(createPublicKey(key)), file, signBytes, sign: (text) => sign(null, Buffer.from(text), key).toString('hex') }
}

/** Of a file with the public or with the private half. Faults: those of reading a file; key/unusable. */
export async function readPublicRoleKey(file: string): Promise<PublicRoleKey> {
  const pem = await readText(file)
  if (!pem.includes('PUBLIC KEY')) return readRoleKey(file)
  let key: KeyObject
  try {
    key = createPublicKey(pem)
  } catch {
    throw new Fault('key/unusable', 'Cannot use this key: the file holds no public key in PEM form', {
      in: file,
      try: 'kmend repo key new makes one',
    })
  }
  if (key.asymmetricKeyType !== 'ed25519') throw notEd25519(file, key)
  return publicHalfOf(key)
}

/** A key that is nowhere yet. */
export interface DraftRoleKey extends RoleKey {
  /** Faults: those of `saveKeys`. */
  readonly save: () => Promise<void>
}

export function draftRoleKey(file: string): DraftRoleKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    ...roleKeyOf(privateKey, file),
    save: () => saveKeys(file, privateKey, publicKey.export({ type: 'spki', format: 'pem' })),
  }
}

/** The private half for its owner alone, the public one beside it, or neither. A key that is there is never overwritten. Faults: repo/exists. */
export async function saveKeys(file: string, privateKey: KeyObject, publicHalf: string): Promise<void> {
  await create(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600)
  try {
    await create(publicFile(file), publicHalf, 0o644)
  } catch (error) {
    await removeSynced(file)
    throw error
  }
}

/** Where the public half of a key's file is. */
export function publicFile(file: string): string {
  return `${file.replace(/\.pem$/, '')}.pub`
}

async function create(file: string, text: string, mode: number): Promise<void> {
  if (await createNew(file, text, mode)) return
  throw new Fault('repo/exists', `Cannot make the key ${file}: there is a file of that name`, { in: file, try: 'name another file' })
}

/** Makes a key and keeps it. Faults: those of `save`. */
export async function makeRoleKey(file: string): Promise<RoleKey> {
  const made = draftRoleKey(file)
  await made.save()
  return made
}

/** Whether a signature in hex is the key's, over text as UTF-8. */
export function verifyRoleKey(text: string, { key, sig }: { readonly key: Key; readonly sig: string }): boolean {
  return verify(null, Buffer.from(text), publicKeyOf(key.keyval.public), Buffer.from(sig, 'hex'))
}

const known = new Map<string, KeyObject>()

function publicKeyOf(hex: string): KeyObject {
  const found = known.get(hex)
  if (found !== undefined) return found
  const made = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') } })
  known.set(hex, made)
  return made
}

function publicHalfOf(key: KeyObject): PublicRoleKey {
  const { x = '' } = key.export({ format: 'jwk' })
  const value: Key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: Buffer.from(x, 'base64url').toString('hex') } }
  return { id: createHash('sha256').update(canonicalText(value)).digest('hex'), key: value }
}

function notEd25519(file: string, key: KeyObject): Fault {
  return new Fault('key/unusable', `Cannot use this key for a repository: it is of the kind ${key.asymmetricKeyType ?? 'unknown'}`, {
    in: file,
    try: 'kmend repo key new makes one of the kind Ed25519',
  })
}
