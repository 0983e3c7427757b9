import { expect, test } from 'vitest'
import { DEFAULT_POLICY, parsePolicy, parseTime } from './policy.ts'

test('what a policy does not say is as by default', () => {
  expect(parsePolicy({}, 'kmend.toml')).toEqual(DEFAULT_POLICY)
  expect(parsePolicy({ transition: { deadline: '5m', stalled: 'wait' } }, 'kmend.toml')).toEqual({
    ...DEFAULT_POLICY,
    transition: { deadlineMs: 300_000, stalled: 'wait' },
  })
})

test('everything that is wrong with it is said at once', () => {
  const wrong = {
    transition: { deadline: 'soon', stalled: 'force', speed: 1 },
    health: { folder: 'checks' },
    boot: { initramfs: 'yes' },
    updates: { automatic: 'no', scope: ['cvss>=11'], windows: '02:00-05:00', delay: 7, pin: 0, proxy: 'proxy:3128', tier: 'stable' },
    hold: 'fix',
    colour: 'red',
  }
  const message = () => parsePolicy(wrong, 'kmend.toml')
  for (const part of [
    'deadline is no time',
    'stalled is none of',
    'speed is not known',
    'folder is no absolute path',
    'initramfs is neither true nor false',
    '[updates] automatic is neither',
    '[updates] scope is no list of everything, known-exploited, cvss>=7, security',
    '[updates] windows is no list',
    '[updates] delay is no time',
    '[updates] pin is no version',
    '[updates] proxy is no address',
    '[updates] tier is not known',
    'hold is no list',
    'colour is not known',
  ]) {
    expect(message).toThrow(part)
  }
})

test.each([
  ['90s', 90_000],
  ['1d', 86_400_000],
  ['0s', undefined],
  ['5', undefined],
  ['-1h', undefined],
])('%s is %s ms', (text, ms) => {
  expect(parseTime(text)).toBe(ms)
})
