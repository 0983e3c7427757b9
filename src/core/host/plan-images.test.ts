import { expect, test } from 'vitest'
import { EMPTY_RECORD, type HostRecord, type ImageRecord } from './host-record.ts'
import { planImages, withImage } from './plan-images.ts'
import { DEFAULT_POLICY, type Policy } from './policy.ts'

const ON: Policy = { ...DEFAULT_POLICY, boot: { initramfs: true } }
const DAY_MS = 24 * 3_600_000
const ACCEPTED: HostRecord = {
  ...EMPTY_RECORD,
  patches: [
    {
      ...{ name: 'a', version: 1, release: 'r1', buildId: 'b1', sha256: 'b1', fileSha256: 's1', sinceMs: 0, package: null },
      standing: { kind: 'accepted', restoring: null },
    },
  ],
}
const made = (...modules: string[]): ImageRecord => ({ release: 'r1', modules, failedMs: null })
const failed = (...modules: string[]): ImageRecord => ({ release: 'r1', modules, failedMs: 5 })

test.each<[string, HostRecord, Policy, number, readonly string[] | undefined]>([
  ['nothing is wanted, and none was made', ACCEPTED, DEFAULT_POLICY, 0, undefined],
  ['what was accepted is not in it yet', ACCEPTED, ON, 0, ['s1']],
  ['it is in there', withImage(ACCEPTED, made('s1')), ON, 0, undefined],
  ['another one is in there', withImage(ACCEPTED, made('s0')), ON, 0, ['s1']],
  ['it is not accepted any more', withImage(EMPTY_RECORD, made('s1')), ON, 0, []],
  ['it is on hold', withImage(ACCEPTED, made('s1')), { ...ON, hold: ['a'] }, 0, []],
  ['the administrator has switched it off', withImage(ACCEPTED, made('s1')), DEFAULT_POLICY, 0, []],
  ['it could not be made a moment ago', withImage(ACCEPTED, failed('s1')), ON, 6, undefined],
  ['it could not be made yesterday', withImage(ACCEPTED, failed('s1')), ON, DAY_MS + 6, ['s1']],
  ['it could not be made, and now something else is wanted', withImage(EMPTY_RECORD, failed('s1')), ON, 6, []],
])('%s', (_, record, policy, nowMs, modules) => {
  expect(planImages(record, policy, { releases: ['r1'], nowMs })[0]?.modules).toEqual(modules)
})

test('a kernel that has no initial RAM disk gets none', () => {
  expect(planImages(ACCEPTED, ON, { releases: ['r2'], nowMs: 0 })).toEqual([])
})
