import { expect, test } from 'vitest'
import type { Offer } from '../trust/mod.ts'
import type { Vulnerability } from '../vulnerability/mod.ts'
import { pendingFixes } from './pending-fixes.ts'

const CVE: Vulnerability = {
  id: 'CVE-1',
  title: 'a bound',
  cvss: [{ vector: 'v', score: 7.8, source: 'NVD' }],
  knownExploited: null,
  fixedIn: '6.1.2-1',
  standing: 'live',
  reason: null,
  patch: { name: 'fix_2', version: 2 },
  match: 'record',
}
const pending = (cves: readonly Vulnerability[], version = 1, offers: readonly Pick<Offer, 'version'>[] = [{ version: 2 }]) =>
  pendingFixes(
    { schema: 'kmend/vulnerabilities/1', release: 'r', asOfMs: 0, sources: [], cves },
    { version, offers: offers as readonly Offer[] },
  )

test.each<[string, Partial<Vulnerability>, string[]]>([
  ['a live patch has it', {}, ['fix_2, version 2']],
  ['one in force has it', { patch: { name: 'fix_1', version: 1 } }, []],
  ['it is not affected', { standing: 'not-affected', patch: null }, []],
  ['a later one than is on offer', { patch: { name: 'fix_3', version: 3 } }, ['fix_3, version 3, which is not in the tier yet']],
  ['a part', { standing: 'partly' }, ['a part: fix_2, version 2']],
  ['a reboot', { standing: 'needs-reboot', patch: null }, ['the kernel package 6.1.2-1, and a reboot']],
  ['nothing', { standing: 'open', patch: null, fixedIn: null }, ['nothing yet']],
])('what takes it away: %s', (_, change, ways) => {
  expect(pending([{ ...CVE, ...change }]).map(({ way }) => way)).toEqual(ways)
})

test('what is exploited comes first, then the worst; one without a score last', () => {
  const known = { ...CVE, id: 'CVE-2', cvss: [], knownExploited: { since: '2026-11-02', source: 'CISA' } }
  const found = pending([{ ...CVE, id: 'CVE-4', cvss: [] }, CVE, known])
  expect(found.map(({ id, score, isKnownExploited }) => [id, score, isKnownExploited])).toEqual([
    ['CVE-2', null, true],
    ['CVE-1', 7.8, false],
    ['CVE-4', null, false],
  ])
})
