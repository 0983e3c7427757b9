import { expect, test } from 'vitest'
import { makeBundle, sha256 } from '../../../test/kit/bundle-specimen.ts'
import { findFile, readBundle } from '../../core/bundle/mod.ts'
import { splitSignature } from '../../core/kernel/mod.ts'
import { signLivepatch } from './mod.ts'

const PATH = 'fix.kmend'
const MESSAGE = Uint8Array.of(0x30, 1, 7)

async function sign(bytes: Uint8Array) {
  let written = bytes
  const outcome = await signLivepatch(PATH, {
    files: {
      readBytes: async () => bytes,
      readText: async () => '',
      write: async (_, content) => {
        written = content
      },
    },
    digest: sha256,
    sign: async () => ({ message: MESSAGE, signer: 'a signer' }),
  })
  return { outcome, written, bundle: readBundle(written, { file: PATH, digest: sha256 }) }
}

test('a bundle is signed in its module, and nothing else of it changes', async () => {
  const { bytes, module } = makeBundle({ version: 2, title: 'A title' })
  const { outcome, written, bundle } = await sign(bytes)
  const signed = splitSignature(findFile(bundle.files, 'module')?.bytes ?? new Uint8Array(0), PATH)
  expect(Buffer.from(signed.content)).toEqual(Buffer.from(module))
  expect(signed.signature).toBeDefined()
  expect(outcome).toMatchObject({ name: 'kmend_fix', wasSigned: false, fileSha256: sha256(written), sizeBytes: written.length })
  const rest = (from: Uint8Array) =>
    readBundle(from, { file: PATH, digest: sha256 })
      .files.filter(({ role }) => role !== 'module')
      .map(({ name, bytes: content }) => [name, sha256(content)])
  expect(rest(written)).toEqual(rest(bytes))
})

test('a signature that the bundle has is replaced: signed again it is the same', async () => {
  const once = (await sign(makeBundle().bytes)).written
  const { outcome, written } = await sign(once)
  expect(outcome.wasSigned).toBe(true)
  expect(written).toEqual(once)
})
