import { expect, test } from 'vitest'
import type { KernelsReport } from '../../../app/host/mod.ts'
import { formatKernels } from './kernels-text.ts'

const PLAIN = { bold: (text: string) => text, bad: (text: string) => text }
const PENDING = { id: 'CVE-2026-1002', title: 'a bound', score: 7.8, isKnownExploited: true, way: 'nothing yet' }

const REPORT: KernelsReport = {
  running: '6.1.0-2-amd64',
  tier: 'stable',
  kernels: [
    {
      ...{ release: '6.1.0-3-amd64', packageVersion: '6.1.3-1', coverage: { kind: 'covered', until: '2027-11-20', daysLeft: 357 } },
      newest: { name: 'fix_1', version: 1 },
      known: { asOfMs: 5, live: 12, pending: [PENDING] },
    },
    { release: '6.1.0-2-amd64', packageVersion: '6.1.2-1', coverage: { kind: 'unknown' }, newest: null, known: null },
  ],
}

test('each kernel is a line, and where it is asked for each CVE that is left in it another', () => {
  expect(formatKernels(REPORT, { ...PLAIN, hasCves: true })).toEqual([
    '6.1.0-3-amd64  6.1.3-1             until 2027-11-20, 357 days left  fix_1, version 1   12 fixed live, 1 left, 1 exploited',
    '  CVE-2026-1002  7.8 exploited  nothing yet  a bound',
    '6.1.0-2-amd64  6.1.2-1, runs here  coverage not known               nothing in stable  nothing is said of its CVEs',
  ])
  expect(formatKernels(REPORT, { ...PLAIN, hasCves: false })).toHaveLength(2)
})
