import { type KeyObject, createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../core/base/mod.ts'
import { type Key, canonicalText } from '../core/trust/mod.ts'
import { fileFault, readBytes, readText } from './files.ts'
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
  const signBytes = (bytes: Uint8Array) => sign(null, bytes, key)
  return { ...publicHalf(createPublicKey(key)), file, signBytes, sign: (text) => sign(null, Buffer.from(text), key).toString('hex') }
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
  return publicHalf(key)
}

/** Makes a key: the private half in `file`, for its owner alone, the public one beside it, named `.pub`. A key that is there is never overwritten. Faults: repo/exists. */
export async function makeRoleKey(file: string): Promise<RoleKey> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  await createOnly(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600)
  await createOnly(`${file.replace(/\.pem$/, '')}.pub`, publicKey.export({ type: 'spki', format: 'pem' }), 0o644)
  return readRoleKey(file)
}

async function createOnly(file: string, text: string, mode: number): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    const handle = await open(file, 'wx', mode)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileFault('write', file, error)
    throw new Fault('repo/exists', `Cannot make the key ${file}: there is a file of that name`, { in: file, try: 'name another file' })
  }
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

function publicHalf(key: KeyObject): PublicRoleKey {
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
