import { expect, test } from 'vitest'
import type { Manifest } from '../bundle/mod.ts'
import type { CveRecord } from '../cve/mod.ts'
import type { Account, CveAccount } from '../update/mod.ts'
import { parseVulnerabilities } from '../vulnerability/mod.ts'
import { type KernelKnowledge, type KnownPatch, collectVulnerabilities } from './mod.ts'

const KERNEL = { release: '6.1.0-54-cloud-amd64', packageVersion: '6.1.190-1' }
const CHANGELOG = `linux (6.1.195-1) bookworm-security; urgency=high

  * fs: keep the last reference (CVE-2026-10040)

 -- A Maintainer <a@example.org>  Mon, 16 Nov 2026 11:17:40 +0100

linux (6.1.192-1) bookworm-security; urgency=high

  * net: bound the copy (CVE-2026-10030)

 -- A Maintainer <a@example.org>  Sun, 15 Nov 2026 11:17:40 +0100

linux (6.1.190-1) bookworm-security; urgency=high

  * old: fix of before (CVE-2025-1000)

 -- A Maintainer <a@example.org>  Sat, 14 Nov 2026 11:17:40 +0100
`

/** Broken since 4.20, fixed in one version of the line 6.1, or nowhere. */
function record(id: string, fixedIn: string | undefined, more: Partial<CveRecord> = {}): CveRecord {
  const fixed = fixedIn === undefined ? [] : [{ isAffected: false, from: fixedIn, upTo: '6.1.*' }]
  const ranges = [{ isAffected: false, from: '0', before: '4.20' }, ...fixed]
  const claims = [{ isAffected: true, ranges }]
  const fixes = fixedIn === undefined ? [] : [fixedIn]
  return {
    id,
    title: `title of ${id}`,
    files: [],
    fixes: [],
    fixedIn: fixes,
    claims,
    cvss: [],
    knownExploited: undefined,
    references: [],
    ...more,
  }
}

function patch(version: number, cves: readonly string[], account: readonly Partial<CveAccount>[] = []): KnownPatch {
  const files = [
    {
      file: 'mm/slab.c',
      standing: 'needs-reboot',
      rows: [
        {
          file: 'mm/slab.c',
          item: 'struct slab',
          kind: 'type',
          standing: 'needs-reboot',
          code: 'type/layout',
          reason: 'its layout changes',
        },
      ],
    },
  ]
  const told = account.map((cve) => ({ title: '', matched: 'record', isGuess: false, files: ['mm/slab.c'], commits: [], ...cve }))
  return {
    manifest: { name: `kmend_${version}`, version, kernel: KERNEL, fixes: { cves, bugs: [] } } as unknown as Manifest,
    account: account.length === 0 ? undefined : ({ files, cves: told } as unknown as Account),
  }
}

const NOTHING: KernelKnowledge = {
  kernel: KERNEL,
  asOfMs: 7,
  sources: [],
  records: [],
  exploited: undefined,
  changelog: CHANGELOG,
  patches: [],
}
const collect = (knowledge: Partial<KernelKnowledge>) => collectVulnerabilities({ ...NOTHING, ...knowledge })
const one = (id: string, knowledge: Partial<KernelKnowledge>) => collect(knowledge).cves.find((cve) => cve.id === id)

test('a CVE counts by its record or by the changelog after this package, and not when it is fixed already', () => {
  const records = [record('CVE-2026-8009', '6.1.191'), record('CVE-2026-8008', '6.1.190'), record('CVE-2026-10010', undefined)]
  expect(collect({ records }).cves.map(({ id, match, fixedIn }) => [id, match, fixedIn])).toEqual([
    ['CVE-2026-8009', 'record', '6.1.192-1'],
    ['CVE-2026-10010', 'record', null],
    ['CVE-2026-10030', 'changelog', '6.1.192-1'],
    ['CVE-2026-10040', 'changelog', '6.1.195-1'],
  ])
})

test('a score is what the vector of a named source comes to, and an attack is known by the list or the record', () => {
  const cvss = [
    { vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', source: 'NVD' },
    { vector: 'very high', source: 'somebody' },
  ]
  const records = [record('CVE-2026-8009', undefined, { cvss, knownExploited: { since: '2026-11-02', source: 'CISA-ADP' } })]
  const listed = { since: '2026-11-03', source: 'a list' }
  expect(one('CVE-2026-8009', { records })).toMatchObject({
    cvss: [{ vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', score: 7.8, source: 'NVD' }],
    knownExploited: { since: '2026-11-02', source: 'CISA-ADP' },
  })
  const exploited = { source: 'a list', version: null, cves: new Map([['CVE-2026-8009', listed]]) }
  expect(one('CVE-2026-8009', { records, exploited })?.knownExploited).toEqual(listed)
  expect(one('CVE-2026-10030', { records })).toMatchObject({ cvss: [], knownExploited: null })
})

test.each<[string, readonly KnownPatch[], object]>([
  ['nothing fixes it', [patch(1, [])], { standing: 'open', reason: null, patch: null }],
  [
    'two versions have it',
    [patch(3, ['CVE-2026-10030']), patch(2, ['CVE-2026-10030'])],
    { standing: 'live', patch: { name: 'kmend_2', version: 2 } },
  ],
  [
    'its type cannot change',
    [patch(2, [], [{ id: 'CVE-2026-10030', standing: 'needs-reboot' }])],
    { standing: 'needs-reboot', reason: 'struct slab: its layout changes', patch: null },
  ],
  [
    'one part of it is live',
    [patch(2, [], [{ id: 'CVE-2026-10030', standing: 'partly' }])],
    { standing: 'partly', reason: 'struct slab: its layout changes', patch: { name: 'kmend_2', version: 2 } },
  ],
  [
    'its files are a guess',
    [patch(2, [], [{ id: 'CVE-2026-10030', standing: 'live', isGuess: true }])],
    { standing: 'partly', reason: 'which of the changes belong to it is a guess' },
  ],
  [
    'its code is not compiled',
    [patch(2, [], [{ id: 'CVE-2026-10030', standing: 'not-compiled' }])],
    { standing: 'not-affected', patch: null },
  ],
  ['its files are not known', [patch(2, [], [{ id: 'CVE-2026-10030', standing: 'unknown' }])], { standing: 'open' }],
  ['nobody asked for its files', [patch(2, [], [{ id: 'CVE-2026-10030', standing: 'not-asked' }])], { standing: 'open' }],
])('how it stands when %s', (_what, patches, expected) => {
  expect(one('CVE-2026-10030', { patches })).toMatchObject(expected)
})

test('what is collected is of the form that hosts read', () => {
  const data = collect({ records: [record('CVE-2026-8009', '6.1.191')], patches: [patch(2, ['CVE-2026-8009'])] })
  expect(parseVulnerabilities(JSON.stringify(data), 'x')).toEqual(data)
  expect(data).toMatchObject({ release: KERNEL.release, asOfMs: 7 })
})
