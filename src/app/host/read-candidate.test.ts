import { expect, test } from 'vitest'
import { makeBundle, sha256 } from '../../../test/kit/bundle-specimen.ts'
import type { HostPorts } from './ports.ts'
import { readCandidate } from './read-candidate.ts'

function read(bytes: Uint8Array) {
  const files = { exists: async () => true, readBytes: async () => bytes } as Partial<HostPorts['files']> as HostPorts['files']
  return readCandidate('./fix.kmend', '6.1.0-1-cloud-amd64', { files, digest: sha256 })
}

test('a bundle gives what its manifest promises, and module and manifest to keep', async () => {
  const { bytes, manifest, module } = makeBundle({ version: 2, buildId: 'cd'.repeat(20), isSigned: true })
  const found = await read(bytes)
  expect(found).toMatchObject({
    manifest,
    candidate: {
      name: 'kmend_fix',
      release: '6.1.0-1-cloud-amd64',
      isSigned: true,
      sha256: manifest.module.sha256,
      fileSha256: sha256(module),
      promise: { version: 2, buildId: 'cd'.repeat(20), functions: ['vmlinux:check,1'] },
    },
  })
  expect(JSON.parse(found.manifestText ?? '')).toEqual(manifest)
  expect(Buffer.from(found.module)).toEqual(Buffer.from(module))
})

test('a bundle that was damaged on its way is none', async () => {
  const { bytes } = makeBundle()
  await expect(read(bytes.subarray(0, bytes.length - 1))).rejects.toMatchObject({ code: 'bundle/damaged' })
  const flipped = Uint8Array.from(bytes, (byte, at) => (at === 600 ? byte ^ 1 : byte))
  await expect(read(flipped)).rejects.toMatchObject({ code: 'bundle/damaged' })
})
