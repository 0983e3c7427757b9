import { expect, test } from 'vitest'
import type { KnownPatch } from '../../core/advisory/mod.ts'
import { parseVulnerabilities } from '../../core/vulnerability/mod.ts'
import { type DataPorts, makeVulnerabilities } from './mod.ts'

const LIST = JSON.stringify({
  title: 'a list',
  catalogVersion: '7',
  vulnerabilities: [{ cveID: 'CVE-2026-1000', dateAdded: '2026-11-02' }],
})
const REQUEST = { patches: ['one'], cveRecords: 'cves', knownExploited: 'kev.json', changelog: undefined, output: 'out.json' }

function patchFor(buildId: string): KnownPatch {
  const kernel = { release: `release-of-${buildId}`, packageVersion: '6.1.190-1', arch: 'amd64', buildId }
  const fixes = { cves: ['CVE-2026-1000'], bugs: [] }
  const manifest = { name: 'kmend_one', version: 2, kernel, fixes, module: { file: 'kmend_one.ko', sha256: 'cd', sizeBytes: 1 } }
  return { manifest: manifest as unknown as KnownPatch['manifest'], account: undefined }
}

function portsWith(patches: Readonly<Record<string, KnownPatch>>): DataPorts & { readonly written: Map<string, string> } {
  const written = new Map<string, string>()
  return {
    written,
    files: { readText: async () => LIST, write: async (path, content) => void written.set(path, content) },
    readPatch: async (path) => patches[path] ?? patchFor('none'),
    readCveRecords: async () => ({ records: [], sha256: 'ab' }),
    readToml: async () => ({}),
    digest: () => 'ef',
    nowMs: () => 9,
  }
}

test('the file names what it was made from, and the kernel of the live patches', async () => {
  const ports = portsWith({ one: patchFor('b1') })
  await makeVulnerabilities(REQUEST, ports)
  expect(parseVulnerabilities(ports.written.get('out.json') ?? '', 'out.json')).toMatchObject({
    release: 'release-of-b1',
    asOfMs: 9,
    sources: [
      { name: 'CVE records', sha256: 'ab' },
      { name: 'a list', version: '7', sha256: 'ef' },
      { name: 'kmend_one', version: '2', sha256: 'cd' },
    ],
    cves: [{ id: 'CVE-2026-1000', standing: 'live', knownExploited: { since: '2026-11-02', source: 'a list' } }],
  })
})

test('live patches of two kernels are refused, and nothing is written', async () => {
  const ports = portsWith({ one: patchFor('b1'), two: patchFor('b2') })
  const made = makeVulnerabilities({ ...REQUEST, patches: ['one', 'two'] }, ports)
  await expect(made).rejects.toMatchObject({ code: 'data/other-kernel', message: expect.stringMatching(/release-of-b1.*release-of-b2/) })
  expect(ports.written.size).toBe(0)
})
