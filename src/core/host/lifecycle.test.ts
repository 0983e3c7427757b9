import { expect, test } from 'vitest'
import { type Coverage, coverageOf, parseLifecycle } from './lifecycle.ts'

const KERNELS = [
  { release: '6.1.0-54-cloud-amd64', packageVersion: null, from: '2026-05-02', until: '2027-06-02' },
  { release: '6.1.0-54-cloud-amd64', packageVersion: '6.1.190-2', from: '2026-05-02', until: '2027-01-01' },
]
const TEXT = JSON.stringify({ schema: 'kmend/lifecycle/1', kernels: KERNELS })
const NOON = Date.parse('2027-06-01T12:00:00Z')

test.each<[string, string, string | undefined, number, Coverage]>([
  ['a kernel of the file', '6.1.0-54-cloud-amd64', '6.1.190-1', NOON, { kind: 'covered', until: '2027-06-02', daysLeft: 1 }],
  ['its last day', '6.1.0-54-cloud-amd64', '6.1.190-1', NOON + 86_400_000, { kind: 'covered', until: '2027-06-02', daysLeft: 0 }],
  ['the day after', '6.1.0-54-cloud-amd64', '6.1.190-1', NOON + 2 * 86_400_000, { kind: 'ended', until: '2027-06-02' }],
  ['a build with dates of its own', '6.1.0-54-cloud-amd64', '6.1.190-2', NOON, { kind: 'ended', until: '2027-01-01' }],
  ['another kernel', '6.1.0-55-cloud-amd64', undefined, NOON, { kind: 'unknown' }],
])('%s', (_, release, packageVersion, nowMs, coverage) => {
  expect(coverageOf({ release, packageVersion }, parseLifecycle(TEXT, 'lifecycle.json'), nowMs)).toEqual(coverage)
})

test('without a file nothing is known', () => {
  expect(coverageOf({ release: 'x', packageVersion: undefined }, undefined, NOON)).toEqual({ kind: 'unknown' })
})

test.each(['', '{}', JSON.stringify({ schema: 'kmend/lifecycle/2', kernels: [] }), TEXT.replace('2027-06-02', 'soon')])(
  'what is of another form is refused: %s',
  (text) => {
    expect(() => parseLifecycle(text, 'lifecycle.json')).toThrow('Cannot read until when')
  },
)
