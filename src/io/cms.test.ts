import { createPrivateKey } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { cannotRun } from '../../test/kit/cannot-run.ts'
import { type CmsSigner, signDetached } from './cms.ts'
import { exec, execOk } from './exec.ts'

const CONTENT = new TextEncoder().encode('a module')
let folder = ''

beforeAll(async () => {
  vi.stubEnv('WRONG', 'wrong')
  folder = await mkdtemp(`${tmpdir()}/kmend-cms-`)
  for (const name of ['ours', 'others']) {
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${name}`]
    await execOk('openssl', [...args, '-keyout', `${folder}/${name}.key`, '-out', `${folder}/${name}.pem`])
  }
  await execOk('openssl', ['x509', '-in', `${folder}/ours.pem`, '-outform', 'DER', '-out', `${folder}/ours.der`])
  await execOk('openssl', ['rsa', '-in', `${folder}/ours.key`, '-aes256', '-passout', 'pass:secret', '-out', `${folder}/locked.key`])
  await writeFile(`${folder}/secret`, 'secret\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const signer = (key: string, certificate: string, passphrase?: string): CmsSigner => ({
  key: `${folder}/${key}`,
  certificate: `${folder}/${certificate}`,
  passphrase,
})

test('openssl verifies the message against the content, with the certificate that the kernel would hold', async () => {
  const { message, signer: named } = await signDetached(CONTENT, signer('ours.key', 'ours.der'))
  expect(named).toBe('CN=ours')
  expect([await verify(message, CONTENT), await verify(message, CONTENT.slice(1))]).toEqual([0, 4])
})

test('the same content and key give the same message', async () => {
  const [first, second] = [
    await signDetached(CONTENT, signer('ours.key', 'ours.pem')),
    await signDetached(CONTENT, signer('ours.key', 'ours.pem')),
  ]
  expect(first).toEqual(second)
})

test('the passphrase of a key comes from where it is said to be', async () => {
  const locked = await signDetached(CONTENT, signer('locked.key', 'ours.pem', `file:${folder}/secret`))
  expect(locked).toEqual(await signDetached(CONTENT, signer('ours.key', 'ours.pem')))
})

test('a key on a token signs as the same key in a file does', async (context) => {
  if ((await exec('sh', ['-c', 'command -v softhsm2-util && ls /usr/lib/*/engines-3/pkcs11.so'])).code !== 0)
    return cannotRun(context, 'there is no softhsm2 or no libengine-pkcs11-openssl')
  await mkdir(`${folder}/tokens`)
  await writeFile(`${folder}/softhsm2.conf`, `directories.tokendir = ${folder}/tokens\n`)
  await writeFile(`${folder}/pin`, '1234')
  vi.stubEnv('SOFTHSM2_CONF', `${folder}/softhsm2.conf`)
  await execOk('softhsm2-util', ['--init-token', '--free', '--label', 'kernel', '--pin', '1234', '--so-pin', '1234'])
  await execOk('softhsm2-util', ['--import', `${folder}/ours.key`, '--token', 'kernel', '--label', 'ours', '--id', '01', '--pin', '1234'])
  const key = `pkcs11:token=kernel;object=ours;pin-source=file:${folder}/pin`
  const signed = await signDetached(CONTENT, { key, certificate: `${folder}/ours.pem` })
  expect(signed).toEqual(await signDetached(CONTENT, signer('ours.key', 'ours.pem')))
  const none = signDetached(CONTENT, { key: key.replace('ours', 'none'), certificate: `${folder}/ours.pem` })
  await expect(none).rejects.toThrow('the key cannot be read')
})

test.each<[string, [string, string, string?], string]>([
  ['a key of another certificate', ['others.key', 'ours.pem'], 'the key is not the one of the certificate'],
  ['a key that is locked', ['locked.key', 'ours.pem'], 'the passphrase of the key is not right'],
  ['a wrong passphrase', ['locked.key', 'ours.pem', 'env:WRONG'], 'the passphrase of the key is not right'],
  ['no key', ['none.key', 'ours.pem'], 'the key cannot be read'],
  ['a key that is none', ['secret', 'ours.pem'], 'the key cannot be read'],
  ['a certificate that is none', ['ours.key', 'secret'], 'the file holds no X.509 certificate'],
])('%s is refused, with the reason', async (_, [key, certificate, passphrase], reason) => {
  await expect(signDetached(CONTENT, signer(key, certificate, passphrase))).rejects.toThrow(reason)
})

test('a wrong passphrase is said to be one, also when it decrypts to something with a sound end, which is no key', async () => {
  // One iteration, so that the search is short.
  const lock = ['pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-iter', '1', '-passout', 'pass:secret']
  await execOk('openssl', [...lock, '-in', `${folder}/ours.key`, '-out', `${folder}/quick.key`])
  vi.stubEnv('MISLEADING', await findMisleading(`${folder}/quick.key`))
  await expect(signDetached(CONTENT, signer('quick.key', 'ours.pem', 'env:MISLEADING'))).rejects.toMatchObject({
    code: 'key/unusable',
    message: 'Cannot sign: the passphrase of the key is not right',
  })
})

/** One in 256 is so: padding that is right by chance, and behind it no key. */
async function findMisleading(file: string): Promise<string> {
  const key = await readFile(file)
  for (let at = 0; ; at++) {
    try {
      createPrivateKey({ key, passphrase: `wrong ${at}` })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_OSSL_BAD_DECRYPT') return `wrong ${at}`
    }
  }
}

/** The exit code of openssl. */
async function verify(message: Uint8Array, content: Uint8Array): Promise<number> {
  await writeFile(`${folder}/message`, message)
  await writeFile(`${folder}/content`, content)
  const files = ['-in', `${folder}/message`, '-content', `${folder}/content`, '-certfile', `${folder}/ours.pem`, '-out', '/dev/null']
  return (await exec('openssl', ['cms', '-verify', '-binary', '-inform', 'DER', '-noverify', ...files])).code
}
