import { expect, test } from 'vitest'
import { earlyPatches, formatPermit, parseEarly } from './boot-permit.ts'
import { EMPTY_RECORD, type PatchRecord, type Standing } from './host-record.ts'
import { DEFAULT_POLICY, type Policy } from './policy.ts'

const ON: Policy = { ...DEFAULT_POLICY, boot: { initramfs: true } }
const ACCEPTED: Standing = { kind: 'accepted', restoring: null }
const RUNNING = { release: 'r1', buildId: 'b1' }

test.each<[string, Policy, readonly PatchRecord[], readonly string[]]>([
  ['off by default', DEFAULT_POLICY, [one('a')], []],
  ['what is accepted', ON, [one('a')], ['r1 b1 a sha-a']],
  ['for each kernel that may boot next', ON, [one('a'), one('b', { release: 'r2', buildId: 'b2' })], ['r1 b1 a sha-a', 'r2 b2 b sha-b']],
  ['nothing that is on hold', { ...ON, hold: ['a'] }, [one('a')], []],
  ['nothing on trial', ON, [one('a', { standing: { kind: 'trial', bootId: 'x', uptimeMs: 0, logStart: 0 } })], []],
  ['nothing set aside', ON, [one('a', { standing: { kind: 'kept', wasAccepted: true } })], []],
  ['nothing in quarantine', ON, [one('a', { standing: { kind: 'quarantined', reason: 'oops' } })], []],
  [
    'modules of other builders after ours, for the build that runs',
    ON,
    [one('x', { version: 0, buildId: '' }), one('a')],
    ['r1 b1 a sha-a', 'r1 b1 x sha-x'],
  ],
  ['one that fits a kernel by its release alone, not for one that does not run', ON, [one('x', { release: 'r2', buildId: '' })], []],
])('it permits %s', (_, policy, patches, lines) => {
  const text = formatPermit({ ...EMPTY_RECORD, patches }, policy, { running: RUNNING, nowMs: 1_000_000_000 })
  expect(text?.trimEnd().split('\n').slice(1) ?? []).toEqual(lines)
})

test('it counts for minutes', () => {
  const text = formatPermit({ ...EMPTY_RECORD, patches: [one('a')] }, ON, { running: RUNNING, nowMs: 1_000_000_900 })
  expect(text).toMatch(/^kmend\/next-boot\/1 999880 1000900\n/)
})

test('an image holds what any build of its kernel may load, in the order in which that is done', () => {
  const patches = [one('x', { version: 0, buildId: '' }), one('b', { buildId: 'b2' })]
  expect(earlyPatches({ ...EMPTY_RECORD, patches }, 'r1', ON).map(({ name }) => name)).toEqual(['b', 'x'])
})

test('what was loaded early is a name and a digest', () => {
  const digest = 'a1'.repeat(32)
  expect(parseEarly(`fix ${digest}\nfix\n../fix ${digest}\n`)).toEqual([{ name: 'fix', fileSha256: digest }])
})

function one(name: string, more: Partial<PatchRecord> = {}): PatchRecord {
  return {
    name,
    version: 1,
    release: 'r1',
    buildId: 'b1',
    sha256: 'built',
    fileSha256: `sha-${name}`,
    sinceMs: 0,
    package: null,
    standing: ACCEPTED,
    ...more,
  }
}
