import { X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { Fault, latin1FromBytes } from '../core/base/mod.ts'
import { exec } from './exec.ts'
import { readBytes } from './files.ts'
import { makePassingFolder, removePassingFolder } from './passing-folder.ts'

export interface CmsSigner {
  /** A PEM file, or a `pkcs11:` URI of a key on a token. */
  readonly key: string
  /** A file, PEM or DER. */
  readonly certificate: string
  /** Where openssl gets the passphrase of the key: `file:path`, `env:name`; of a token, the URI says it. */
  readonly passphrase?: string | undefined
}

export interface CmsSignature {
  /** PKCS#7 in DER: detached, no certificates and no attributes in it, SHA-256; the form that scripts/sign-file of the kernel makes. */
  readonly message: Uint8Array
  /** Whom the certificate names. */
  readonly signer: string
}

/** Signs with openssl, which also speaks to tokens. Faults: tool/missing, key/unusable, those of reading the certificate. */
export async function signDetached(content: Uint8Array, { key, certificate, passphrase }: CmsSigner): Promise<CmsSignature> {
  const named = readCertificate(await readBytes(certificate), certificate)
  const folder = await makePassingFolder('kmend-sign-')
  try {
    await writeFile(`${folder}/certificate`, named.toString())
    await writeFile(`${folder}/content`, content)
    const means = key.startsWith('pkcs11:') ? ['-engine', 'pkcs11', '-keyform', 'engine'] : []
    // Without a source of a passphrase openssl would ask on the terminal, behind our back.
    const args = [
      ...['cms', '-sign', '-binary', '-noattr', '-nocerts', '-md', 'sha256', '-outform', 'DER'],
      ...['-signer', `${folder}/certificate`, ...means, '-inkey', key, '-passin', passphrase ?? 'pass:', '-in', `${folder}/content`],
    ]
    const { code, stdoutBytes, stderr } = await exec('openssl', args, { package: 'openssl' }).catch((error: unknown) =>
      whenCrashed(error, key),
    )
    if (code !== 0 || stdoutBytes.length === 0) throw unusable(key, stderr, await isLocked(key))
    return { message: stdoutBytes, signer: named.subject.replaceAll('\n', ', ') }
  } finally {
    await removePassingFolder(folder)
  }
}

/** openssl 3.0 crashes on a token that has not the key. */
function whenCrashed(error: unknown, key: string) {
  if (!(error instanceof Fault) || error.code !== 'tool/failed' || !key.startsWith('pkcs11:')) throw error
  return { code: 1, stdoutBytes: new Uint8Array(0), stderr: `could not load the key: ${error.message}` }
}

/** One wrong passphrase in 256 decrypts to something with a sound end, and openssl then finds fault with the form of the key. */
async function isLocked(key: string): Promise<boolean> {
  if (key.startsWith('pkcs11:')) return false
  return latin1FromBytes(await readBytes(key).catch(() => new Uint8Array(0))).includes('ENCRYPTED')
}

function readCertificate(bytes: Uint8Array, path: string): X509Certificate {
  try {
    return new X509Certificate(bytes)
  } catch {
    throw new Fault('key/unusable', 'Cannot sign: the file holds no X.509 certificate, in PEM or DER', {
      in: path,
      try: 'give the certificate of the key, which the kernels trust; docs/guide/sign.md shows how to make one',
    })
  }
}

type Reason = readonly [RegExp, string, string]
const NOT_UNLOCKED: Reason = [
  /bad decrypt|password|passphrase|maybe wrong|empty password/i,
  'the passphrase of the key is not right',
  '--passphrase file:<path> or env:<name> says where it is',
]
const UNREADABLE: Reason = [
  /could not load|invalid engine|no such file|unable to load|Could not (find|read)/i,
  'the key cannot be read',
  'for a key on a token: apt-get install libengine-pkcs11-openssl, and its module',
]
const REASONS: readonly Reason[] = [
  [/values mismatch|does not match/, 'the key is not the one of the certificate', 'give the two that belong together'],
  NOT_UNLOCKED,
  UNREADABLE,
]

function unusable(key: string, said: string, isKeyLocked: boolean): Fault {
  const found = REASONS.find(([pattern]) => pattern.test(said))
  const [, reason, way] = found === UNREADABLE && isKeyLocked ? NOT_UNLOCKED : (found ?? [])
  const last = withoutPin(said.trim().split('\n').at(-1) ?? '')
  return new Fault('key/unusable', `Cannot sign: ${reason ?? `openssl says ${last}`}`, {
    in: withoutPin(key),
    ...(way === undefined ? {} : { try: way }),
  })
}

function withoutPin(text: string): string {
  return text.replaceAll(/(pin-value=)[^;&\s]*/g, '$1…')
}
