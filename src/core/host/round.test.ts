import { expect, test } from 'vitest'
import { ROUND_SCHEMA, formatRound, parseRound } from './round.ts'

test('when the agent last ran is read as it was written', () => {
  const round = { atMs: 1_700_000_000_000, error: 'Cannot reach it' }
  expect(parseRound(formatRound(round))).toEqual({ schema: ROUND_SCHEMA, ...round })
})

test.each([{ schema: 'kmend/round/2' }, { atMs: 1e300 }, { atMs: '0' }, { error: 3 }, { error: undefined }])(
  'what says it otherwise says nothing: %j',
  (change) => {
    expect(parseRound(JSON.stringify({ schema: ROUND_SCHEMA, atMs: 1, error: null, ...change }))).toBeUndefined()
  },
)
