import { describe, expect, test } from 'vitest'
import { formatManifest, type Manifest, MANIFEST_SCHEMA, parseManifest } from './mod.ts'

const MANIFEST: Manifest = {
  schema: MANIFEST_SCHEMA,
  name: 'fix',
  kernel: { release: '6.1.0-1-cloud-amd64', packageVersion: '6.1.1-1', arch: 'amd64', buildId: 'ab'.repeat(20) },
  replace: true,
  module: { file: 'fix.ko', sha256: '0'.repeat(64), sizeBytes: 4096 },
  objects: [{ name: 'vmlinux', functions: [{ name: 'check', sympos: 0, oldSizeBytes: 6, newSizeBytes: 7, unit: 'a.c' }] }],
  changes: [],
  added: [],
  removed: [],
  callbacks: [{ object: 'vmlinux', when: 'pre_patch', function: 'before', unit: 'a.c' }],
  data: [{ object: 'vmlinux', name: 'limit', unit: 'a.c', sizeBytes: 4, before: '03000000', after: '04000000' }],
  states: [{ id: '1', version: 2 }],
  forced: [],
  ignored: [],
  fixes: { cves: ['CVE-2026-12345'], bugs: [] },
  notes: [],
  inputs: { patches: [], packages: [], tools: [], kmend: '0.1.0' },
}

describe('a manifest', () => {
  test('is the same after it is written and read', () => {
    expect(parseManifest(formatManifest(MANIFEST), 'manifest.json')).toEqual(MANIFEST)
  })

  test.each([
    ['no JSON', '{'],
    ['another schema', formatManifest(MANIFEST).replace(MANIFEST_SCHEMA, 'kmend/manifest/99')],
    ['null', 'null'],
    ['a list', '[]'],
    ['objects that are no list', JSON.stringify({ ...MANIFEST, objects: {} })],
    ['with a name that leads elsewhere', JSON.stringify({ ...MANIFEST, name: '../fix' })],
    ['with a module that lies elsewhere', JSON.stringify({ ...MANIFEST, module: { ...MANIFEST.module, file: '../../etc/fix.ko' } })],
    ['with a version that says more', JSON.stringify({ ...MANIFEST, version: '1\n%(id)' })],
    ['functions that are no list', JSON.stringify({ ...MANIFEST, objects: [{ name: 'vmlinux' }] })],
  ])('that is %s ends in a fault', (_, text) => {
    expect(() => parseManifest(text, 'manifest.json')).toThrow(
      expect.objectContaining({ code: 'build/manifest', in: 'manifest.json' }) as Error,
    )
  })
})
