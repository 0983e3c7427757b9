import { expect, test } from 'vitest'
import { describeFarReach } from './far-reach.ts'

const HEADERS = ['include/linux/seq_file.h']

test('a change of a header that many units include is told with a guess at the time that it takes', () => {
  const told = describeFarReach({ headers: HEADERS, unitCount: 3823, processors: 8 })
  expect(told).toContain('3823 units may include include/linux/seq_file.h')
  expect(told).toContain('about 24 minutes here (a guess: 8 processors, 1.5 s a unit)')
  expect(told).toContain('kmend build --to leaves an edit of a header out')
})

test.each([
  [1, 'about 3.2 hours'],
  [2, 'about 1.6 hours'],
  [512, 'about 1 minute '],
])('with %i processors: %s', (processors, time) => {
  expect(describeFarReach({ headers: HEADERS, unitCount: 3823, processors })).toContain(time)
})

test.each([
  [HEADERS, 150],
  [[], 3823],
])('of %j and %i units, nothing is told', (headers, unitCount) => {
  expect(describeFarReach({ headers, unitCount, processors: 1 })).toBeUndefined()
})
