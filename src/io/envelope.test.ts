import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { sealEnvelope } from './envelope.ts'
import { exec, execOk } from './exec.ts'
import { readSigningKey } from './signing-key.ts'

const TYPE = 'application/vnd.in-toto+json'
const SAID = '{"ä": 1}'

test.each([
  ['Ed25519', ['-algorithm', 'ed25519'], ['pkeyutl', '-rawin']],
  ['ECDSA', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], ['pkeyutl', '-rawin', '-digest', 'sha256']],
  ['RSA', ['-algorithm', 'RSA'], ['pkeyutl', '-rawin', '-digest', 'sha256']],
])('openssl verifies what a key of %s signed, and nothing else', async (_, kind, verify) => {
  await inFolder(async (folder) => {
    await execOk('openssl', ['genpkey', ...kind, '-out', `${folder}/key`])
    await execOk('openssl', ['pkey', '-in', `${folder}/key`, '-pubout', '-out', `${folder}/public`])
    const { payload, signatures } = sealEnvelope(TYPE, SAID, await readSigningKey(`${folder}/key`))
    expect(Buffer.from(payload, 'base64').toString()).toBe(SAID)
    await writeFile(`${folder}/sig`, Buffer.from(signatures[0]?.sig ?? '', 'base64'))
    const check = async (text: string) => {
      // The encoding that is signed: protocol.md of DSSE 1.0.
      await writeFile(`${folder}/signed`, `DSSEv1 ${TYPE.length} ${TYPE} ${Buffer.byteLength(text)} ${text}`)
      const files = ['-in', `${folder}/signed`, '-sigfile', `${folder}/sig`, '-pubin', '-inkey', `${folder}/public`]
      return (await exec('openssl', [...verify, '-verify', ...files])).code
    }
    expect([await check(SAID), await check(`${SAID} `)]).toEqual([0, 1])
    const id = await execOk('sh', ['-c', 'openssl pkey -pubin -in "$1" -outform DER | sha256sum', 'sh', `${folder}/public`])
    expect(id.split(' ')[0]).toBe(signatures[0]?.keyid)
  })
})

test('what is no key for signatures is refused, with the reason', async () => {
  await inFolder(async (folder) => {
    await expect(readSigningKey(`${folder}/none`)).rejects.toMatchObject({ code: 'io/missing' })
    await writeFile(`${folder}/text`, 'hello')
    await expect(readSigningKey(`${folder}/text`)).rejects.toThrow('the file holds no private key in PEM form')
    await execOk('openssl', ['genpkey', '-algorithm', 'x25519', '-out', `${folder}/agreement`])
    await expect(readSigningKey(`${folder}/agreement`)).rejects.toThrow('keys of the kind x25519 are not used here')
    await execOk('openssl', ['genpkey', '-algorithm', 'ed25519', '-aes256', '-pass', 'pass:secret', '-out', `${folder}/locked`])
    await expect(readSigningKey(`${folder}/locked`)).rejects.toThrow('locked with a passphrase')
  })
})

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(`${tmpdir()}/kmend-envelope-`)
  await act(folder).finally(() => rm(folder, { recursive: true }))
}
