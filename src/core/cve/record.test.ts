import { expect, test } from 'vitest'
import { isAffected, parseCveRecord } from './mod.ts'

/** As the kernel's CVE team published it, without description and CPEs; the second container is of the form that the CVE Program adds. */
const RECORD = JSON.stringify({
  containers: {
    cna: {
      affected: [
        {
          product: 'Linux',
          vendor: 'Linux',
          defaultStatus: 'unaffected',
          repo: 'https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git',
          programFiles: ['net/ipv6/ip6_flowlabel.c'],
          versions: [
            {
              version: '1da177e4c3f41524e886b7f1b8a0c1fc7321cac2',
              lessThan: '6d917992c22b6029fc2dc1bd464b7f6709357161',
              status: 'affected',
              versionType: 'git',
            },
            {
              version: '1da177e4c3f41524e886b7f1b8a0c1fc7321cac2',
              lessThan: '8d6cd188508513503805c156165de38e4e4a8615',
              status: 'affected',
              versionType: 'git',
            },
          ],
        },
        {
          product: 'Linux',
          vendor: 'Linux',
          defaultStatus: 'affected',
          repo: 'https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git',
          programFiles: ['net/ipv6/ip6_flowlabel.c'],
          versions: [
            { version: '2.6.12', status: 'affected' },
            { version: '0', lessThan: '2.6.12', status: 'unaffected', versionType: 'semver' },
            { version: '6.12.112', lessThanOrEqual: '6.12.*', status: 'unaffected', versionType: 'semver' },
            { version: '7.3-rc3', lessThanOrEqual: '*', status: 'unaffected', versionType: 'original_commit_for_fix' },
          ],
        },
      ],
      title: 'ipv6: flowlabel: cap duplicate leases per socket',
      references: [{ url: 'https://git.kernel.org/stable/c/8d6cd188508513503805c156165de38e4e4a8615' }],
      providerMetadata: { orgId: 'f4215fc3-5b6b-47ff-a258-f7189bd81038' },
    },
    adp: [
      {
        title: 'CISA ADP Vulnrichment',
        providerMetadata: { orgId: '134c704f-9b21-4f2e-91b3-4a467353bcc0', shortName: 'CISA-ADP' },
        metrics: [
          { cvssV3_1: { version: '3.1', vectorString: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H', baseScore: 5.5 } },
          { other: { type: 'kev', content: { dateAdded: '2026-11-02', reference: 'https://www.cisa.gov/' } } },
        ],
      },
    ],
  },
  cveMetadata: { assignerOrgId: 'f4215fc3-5b6b-47ff-a258-f7189bd81038', cveId: 'CVE-2026-97597', state: 'PUBLISHED' },
  dataType: 'CVE_RECORD',
  dataVersion: '5.1.1',
})

test('a record gives paths, the commits that fix it, the stable versions that have them, and what others say of it', () => {
  const record = {
    id: 'CVE-2026-97597',
    title: 'ipv6: flowlabel: cap duplicate leases per socket',
    files: ['net/ipv6/ip6_flowlabel.c'],
    fixes: ['6d917992c22b6029fc2dc1bd464b7f6709357161', '8d6cd188508513503805c156165de38e4e4a8615'],
    fixedIn: ['6.12.112'],
    cvss: [{ vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H', source: 'CISA-ADP' }],
    knownExploited: { since: '2026-11-02', source: 'CISA-ADP' },
    references: ['https://git.kernel.org/stable/c/8d6cd188508513503805c156165de38e4e4a8615'],
  }
  expect(parseCveRecord(RECORD)).toMatchObject(record)
  expect(parseCveRecord(RECORD.replace('cveId', 'cveID'))).toMatchObject(record)
  for (const other of ['', '[]', '{"a":1}', '{"cveMetadata":{"cveId":"CVE-2026-1"}}', RECORD.replace('PUBLISHED', 'REJECTED')])
    expect(parseCveRecord(other)).toBeUndefined()
})

test.each([
  ['2.6.11', false], // before the defect came
  ['2.6.12', true],
  ['6.1.190', true],
  ['6.12.111', true],
  ['6.12.112', false], // its line has the fix
  ['6.12.120', false],
  ['6.13.1', true],
  ['7.4.1', false], // after the fix of the main line
])('by the record, %s has the defect: %s', (version, verdict) => {
  const record = parseCveRecord(RECORD)
  expect(record === undefined ? undefined : isAffected(record.claims, version)).toBe(verdict)
})

test('a record that names commits alone says nothing of versions', () => {
  const record = parseCveRecord(RECORD.replaceAll('semver', 'git'))
  expect(record === undefined ? 'no record' : isAffected(record.claims, '6.1.190')).toBeUndefined()
})
