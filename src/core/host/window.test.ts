import { expect, test } from 'vitest'
import { nextOpening, parseWindow } from './window.ts'

const UTC = { offsetMs: 0 }
const hours = (text: string) => Date.parse(`2026-11-${text}:00Z`)

// 28 November 2026 is a Saturday.
test.each([
  ['daily 02:00-05:00', '28T03:00', '28T03:00', 'it is open'],
  ['daily 02:00-05:00', '28T05:00', '29T02:00', 'its end is outside'],
  ['daily 02:00-05:00', '28T01:59', '28T02:00', 'it opens today'],
  ['daily 22:00-04:00', '28T03:59', '28T03:59', 'that of yesterday is open'],
  ['Sun 22:00-04:00', '28T23:00', '29T22:00', 'it opens tomorrow'],
  ['Fri-Mon 10:00-11:00', '28T10:30', '28T10:30', 'days go round the week'],
  ['Mon,Wed 10:00-11:00', '28T10:30', '30T10:00', 'days one by one'],
  ['Sat 00:00-00:00', '28T23:59', '28T23:59', 'the whole day'],
])('%s at %s opens at %s: %s', (text, now, opens) => {
  const window = parseWindow(text)
  expect(window && nextOpening([window], hours(now), UTC)).toBe(hours(opens))
})

test("times are the host's own", () => {
  const window = parseWindow('Sun 00:30-02:00')
  const zone = { offsetMs: 3_600_000 }
  expect(window && nextOpening([window], hours('28T20:00'), zone)).toBe(hours('28T23:30'))
})

test('of several the next one counts, and without one any time will do', () => {
  const windows = ['Mon 01:00-02:00', 'Sun 01:00-02:00'].flatMap((text) => parseWindow(text) ?? [])
  expect(nextOpening(windows, hours('28T20:00'), UTC)).toBe(hours('29T01:00'))
  expect(nextOpening([], 5, UTC)).toBe(5)
})

test.each(['02:00-05:00', 'sat 02:00-05:00', 'daily 2:00-5:00', 'daily 24:00-05:00', 'daily 02:00', 7])('%s is no window', (text) => {
  expect(parseWindow(text)).toBeUndefined()
})
