import { expect, test } from 'vitest'
import { readBundle } from '../../src/core/bundle/mod.ts'
import { makeBundle, sha256 } from '../kit/bundle-specimen.ts'
import { fuzz } from '../kit/fuzz.ts'

test('a damaged bundle ends in a fault, or is read', () => {
  const { bytes } = makeBundle({ cves: ['CVE-2026-12345'], isSigned: true })
  const read = (damaged: Uint8Array) => readBundle(damaged, { file: 'x.kmend', digest: sha256 })
  expect(read(bytes).manifest.name).toBe('kmend_fix')
  fuzz(bytes, read)
})

test('one whose digests are believed, so that the damage goes deeper, does as well', () => {
  const { bytes, files } = makeBundle({ cves: ['CVE-2026-12345'] })
  const listed = new Map(files.map((file) => [file.bytes.length, sha256(file.bytes)]))
  const read = (damaged: Uint8Array) => readBundle(damaged, { file: 'x.kmend', digest: (part) => listed.get(part.length) ?? sha256(part) })
  expect(read(bytes).manifest.fixes.cves).toEqual(['CVE-2026-12345'])
  fuzz(bytes, read)
})
