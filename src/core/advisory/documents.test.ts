import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { OSV_SCHEMA } from '../../../test/kit/osv-schema.ts'
import { RELEASE_NOTE } from '../../../test/kit/release-note-specimen.ts'
import { type Edition, type Publisher, type ReleaseNote, composeCsaf, composeOsv, composeUpdate } from './mod.ts'

const PUBLISHER: Publisher = {
  name: 'Example',
  namespace: 'https://example.org',
  contact: 'security@example.org',
  advisories: 'https://example.org/advisories/',
}
const EDITION: Edition = { publishedMs: Date.UTC(2026, 10, 28, 12), tooling: { name: 'kmend', version: '0.1.0' } }
/** Nobody has said anything of what it fixes. */
const TERSE: ReleaseNote = { ...RELEASE_NOTE, text: '', issues: RELEASE_NOTE.issues.slice(1) }
const INITIAL: ReleaseNote = { ...RELEASE_NOTE, kind: 'initial', issues: [] }

describe('a CSAF document', () => {
  test('says of the kernel that it is affected, and fixed with the live patch; by it or by a reboot', () => {
    expect(composeCsaf(RELEASE_NOTE, PUBLISHER, EDITION)).toMatchObject({
      document: { tracking: { id: 'kmend-6.1.0-54-cloud-amd64-2', initial_release_date: '2026-11-28T12:00:00Z' } },
      vulnerabilities: [
        {
          cve: 'CVE-2026-97597',
          product_status: { known_affected: ['KERNEL'], fixed: ['KERNEL-WITH-PATCH'] },
          remediations: [{ restart_required: { category: 'none' } }, { details: expect.stringContaining('6.1.192-1') as string }],
          scores: [{ cvss_v3: { baseScore: 7.8, baseSeverity: 'HIGH' } }],
          threats: [{ category: 'exploit_status' }],
        },
        { cve: 'CVE-2026-98000' },
      ],
    })
  })
})

describe('an OSV record', () => {
  const ajv = addFormats.default(new Ajv2020({ strict: false }))
  const isValid = ajv.compile(OSV_SCHEMA)

  test.each([RELEASE_NOTE, TERSE])('is valid by the schema', (note) => {
    expect([isValid(composeOsv(note, EDITION)), isValid.errors]).toEqual([true, null])
  })

  test('without its time, or of an unknown database, would be found', () => {
    const record = composeOsv(RELEASE_NOTE, EDITION)
    expect([isValid({ ...record, modified: '2026' }), isValid({ ...record, id: 'KMEND-1' })]).toEqual([false, false])
  })

  test('speaks of the package of the live patch, which a scanner can see', () => {
    expect(composeOsv(RELEASE_NOTE, EDITION)).toMatchObject({
      id: 'x_kmend-6.1.0-54-cloud-amd64-2',
      upstream: ['CVE-2026-97597', 'CVE-2026-98000'],
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H' }],
      affected: [{ package: { name: 'kmend-patch-6.1.0-54-cloud-amd64' }, ranges: [{ events: [{ introduced: '0' }, { fixed: '2' }] }] }],
    })
  })
})

test('a live patch that fixes no CVE has neither', () => {
  expect([composeCsaf(INITIAL, PUBLISHER, EDITION), composeOsv(INITIAL, EDITION)]).toEqual([undefined, undefined])
})

describe('an update of updateinfo.xml', () => {
  const compose = (note: ReleaseNote) =>
    composeUpdate(note, { package: 'kernel-livepatch-6_1_0-54-cloud-amd64', issuedMs: EDITION.publishedMs })

  test('names its CVEs, how bad the worst of them is, and its package', () => {
    const update = compose(RELEASE_NOTE)
    expect(update).toMatch(/^<update from="kmend" status="final" type="security"/)
    expect(update).toContain('<id>kmend-6.1.0-54-cloud-amd64-2</id>')
    expect(update).toContain('<issued date="2026-11-28 12:00:00"/>')
    expect(update).toContain('<severity>Important</severity>')
    expect(update.match(/<reference .*id="CVE-\S+"/g)).toHaveLength(2)
    expect(update).toContain('<filename>kernel-livepatch-6_1_0-54-cloud-amd64-2-1.x86_64.rpm</filename>')
  })

  test('is no security update where it fixes no CVE', () => {
    expect(compose(INITIAL)).toMatch(/type="bugfix"/)
  })

  test('holds whatever text as text', () => {
    expect(compose({ ...RELEASE_NOTE, title: '<id>"&"</id>\u0000' })).toContain('<title>&lt;id&gt;&quot;&amp;&quot;&lt;/id&gt;</title>')
  })
})
