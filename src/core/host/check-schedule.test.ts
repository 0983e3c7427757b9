import { expect, test } from 'vitest'
import { type PastChecks, isCheckDue } from './check-schedule.ts'

const H = 3_600_000
const MIN = 60_000

test.each<[string, PastChecks, number, boolean]>([
  ['a host that never asked asks', { checkedMs: null, triedMs: null, failures: 0 }, 0, true],
  ['within its interval it does not', { checkedMs: 10.6 * H, triedMs: 10.6 * H, failures: 0 }, 11.4 * H, false],
  ['at its own moment it does', { checkedMs: 10.6 * H, triedMs: 10.6 * H, failures: 0 }, 11.5 * H, true],
  ['after a failure it waits five minutes', { checkedMs: 0, triedMs: 10 * H, failures: 1 }, 10 * H + 4 * MIN, false],
  ['and no longer', { checkedMs: 0, triedMs: 10 * H, failures: 1 }, 10 * H + 5 * MIN, true],
  ['after the third twenty', { checkedMs: 0, triedMs: 10 * H, failures: 3 }, 10 * H + 19 * MIN, false],
  ['never longer than the interval', { checkedMs: 0, triedMs: 10 * H, failures: 30 }, 11 * H, true],
  ['a clock that was put back does not silence it', { checkedMs: 10 * H, triedMs: 10 * H, failures: 0 }, 2 * H, true],
])('%s', (_, past, nowMs, isDue) => {
  expect(isCheckDue(past, H, { nowMs, place: 0.5 })).toBe(isDue)
})

test('hosts come evenly over the interval', () => {
  const minutes = Array.from({ length: 60 }, (_, minute) => minute)
  const moments = Array.from({ length: 600 }, (_, host) =>
    minutes.find((minute) => isCheckDue({ checkedMs: H, triedMs: H, failures: 0 }, H, { nowMs: H + minute * MIN, place: host / 600 })),
  )
  expect(minutes.slice(1).map((minute) => moments.filter((moment) => moment === minute).length)).toEqual(minutes.slice(1).map(() => 10))
})
