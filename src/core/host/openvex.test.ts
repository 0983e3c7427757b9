import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type VexRequest, composeVex, packageUrl } from './openvex.ts'

const PACKAGE = { vendor: 'debian', name: 'linux-image-6.12.117+deb12-cloud-amd64', version: '6.12.117-1~deb12u1', arch: 'amd64' }
const REQUEST: VexRequest = {
  host: 'web1',
  author: 'kmend on web1',
  nowMs: Date.UTC(2026, 10, 21, 19, 50),
  tooling: 'kmend 0.1.0',
  release: '6.12.117+deb12-cloud-amd64',
  buildId: 'ab12',
  packages: [PACKAGE],
  patches: [
    { name: 'fix', version: 3, sha256: 'cd34', cves: ['CVE-2026-2', 'CVE-2026-1'] },
    { name: 'other', version: 1, sha256: 'ef56', cves: ['CVE-2026-1'] },
    { name: 'feature', version: 1, sha256: '9900', cves: [] },
  ],
  digest: (text) => createHash('sha256').update(text).digest('hex'),
}
const PURL = 'pkg:deb/debian/linux-image-6.12.117%2Bdeb12-cloud-amd64@6.12.117-1~deb12u1?arch=amd64'

test('each CVE of a live patch in force is fixed in the package of the kernel that runs, and in nothing else', () => {
  expect(packageUrl(PACKAGE)).toBe(PURL)
  expect(composeVex(REQUEST)).toEqual({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': expect.stringMatching(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) as string,
    author: 'kmend on web1',
    role: 'the host that it speaks of',
    timestamp: '2026-11-21T19:50:00Z',
    version: 1,
    tooling: 'kmend 0.1.0',
    statements: ['CVE-2026-1', 'CVE-2026-2'].map((name) => ({
      vulnerability: { name },
      products: [{ '@id': PURL, identifiers: { purl: PURL } }],
      status: 'fixed',
      status_notes: expect.stringContaining('fix version 3 (sha256 cd34; advisory kmend-6.12.117+deb12-cloud-amd64-3)') as string,
    })),
  })
})

test('the same facts at the same time give the same document, others another', () => {
  expect(composeVex(REQUEST)).toEqual(composeVex(REQUEST))
  expect(composeVex({ ...REQUEST, author: 'somebody' })?.['@id']).not.toBe(composeVex(REQUEST)?.['@id'])
})

test('without a CVE, or a package to speak of, there is no document', () => {
  expect(composeVex({ ...REQUEST, patches: REQUEST.patches.slice(2) })).toBe(undefined)
  expect(composeVex({ ...REQUEST, packages: [] })).toBe(undefined)
})
