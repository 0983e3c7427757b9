import { expect, test } from 'vitest'
import { formatPatchCost, parseGap, parseRate } from './patch-cost.ts'

test('what a call costs more is told from the calls before and after', () => {
  const gap = parseGap('2000 4000 300 1500')
  const lines = formatPatchCost({
    rates: {
      before: [parseRate('8000000 2000000000 240000'), parseRate('4000000 2000000000 242000')],
      'in force': [parseRate('4000000 2000000000 500000'), parseRate('3960000 2000000000 510000')],
      'after removal': [parseRate('8000000 2000000000 244000')],
    },
    gaps: { 'it goes in': [gap, { ...gap, longestUs: 9000 }], 'it comes out': [gap], 'nothing does': [gap] },
    transitionMs: [100, 300],
  })
  expect(lines.find((line) => line.startsWith('in force'))).toMatch(/^in force +1990000 +1980000 +7960000 +500$/)
  expect(lines.join('\n')).toContain('that took least: 258 more when patched')
  expect(lines.find((line) => line.startsWith('it goes in'))).toMatch(/^it goes in +2 +4\.00 +8000 +0\.300 \(0\.300\) +5\.25 \(9\.00\)$/)
})
