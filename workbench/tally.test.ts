import { describe, expect, test } from 'vitest'
import { formatTally, listSkips, tallyReport, type VitestReport, withoutSkips } from './tally.ts'

const file = (status: string, tests: readonly string[]): VitestReport['testResults'][number] => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((outcome, index) => ({ fullName: `test ${index}`, status: outcome, meta: {} })),
})

describe('the count of a run', () => {
  test('adds the files up', () => {
    const report = { testResults: [file('passed', ['passed', 'skipped']), file('failed', ['failed', 'passed', 'failed'])] }
    expect(tallyReport(report)).toEqual({ passed: 2, failed: 2, skipped: 1 })
  })

  test('counts a file that failed without a failed test as one failure', () => {
    expect(tallyReport({ testResults: [file('failed', [])] })).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  test('ends in a line of its own form, with skips only where there are some', () => {
    expect(formatTally({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed')
    expect(formatTally({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped')
  })

  test('lets nothing be skipped in continuous integration', () => {
    expect(withoutSkips({ passed: 1, failed: 1, skipped: 2 })).toEqual({ passed: 1, failed: 3, skipped: 0 })
  })

  test('names what was skipped and why', () => {
    const skipped = { fullName: 'boots', status: 'skipped', meta: { skipReason: 'no QEMU' } }
    expect(listSkips({ testResults: [{ name: 'vm.test.ts', status: 'passed', assertionResults: [skipped] }] })).toEqual([
      'skipped: boots: no QEMU',
    ])
  })
})
