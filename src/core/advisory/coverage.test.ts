import { expect, test } from 'vitest'
import { parseLifecycle } from '../host/mod.ts'
import { addMonths } from './coverage.ts'
import { parseCoverage, planLifecycle } from './mod.ts'

const POLICY = {
  months: 13,
  lines: [{ line: '6.1', end: '2028-06-30' }],
  kernels: [
    { release: '6.1.0-54-cloud-amd64', from: '2026-10-20' },
    { release: '6.1.0-60-cloud-amd64', from: '2028-01-10' },
    { release: '6.12.117+deb12-amd64', package: '6.12.117-1~deb12u1', from: '2026-11-02', until: '2027-01-31' },
  ],
}

test('a kernel is covered from its first day for as long as the policy says, and not past its line', () => {
  const lifecycle = planLifecycle(parseCoverage(POLICY, 'coverage.toml'))
  expect(lifecycle.kernels.map(({ from, until }) => [from, until])).toEqual([
    ['2026-10-20', '2027-11-20'],
    ['2028-01-10', '2028-06-30'],
    ['2026-11-02', '2027-01-31'],
  ])
  expect(parseLifecycle(JSON.stringify(lifecycle), 'lifecycle.json')).toEqual(lifecycle)
})

test.each([
  ['2026-01-31', 1, '2026-02-28'],
  ['2027-01-31', 13, '2028-02-29'],
  ['2026-12-01', 1, '2027-01-01'],
])('%s and %i months are %s', (from, months, until) => {
  expect(addMonths(from, months)).toBe(until)
})

test('all that is wrong with a policy is said at once', () => {
  const wrong = { months: 0, line: [], lines: [{ line: 'bookworm', end: 'soon' }], kernels: {} }
  expect(() => parseCoverage(wrong, 'coverage.toml')).toThrow(
    /line is not known[^]*months is no whole number[^]*line of \[\[lines\]\] 1[^]*end of \[\[lines\]\] 1[^]*kernels is no list/,
  )
})
