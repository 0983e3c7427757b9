import { expect, test } from 'vitest'
import type { Offer } from '../trust/mod.ts'
import { EMPTY_RECORD, type HostRecord, type PatchRecord, type Standing } from './host-record.ts'
import { type FollowFacts, planFollow } from './plan-follow.ts'
import { parsePolicy } from './policy.ts'

// Saturday, 03:00 UTC.
const NOW = Date.parse('2026-11-28T03:00:00Z')
const HOUR = 3_600_000
const FACTS: FollowFacts = {
  release: 'r',
  buildId: 'b',
  inForce: undefined,
  record: EMPTY_RECORD,
  nowMs: NOW,
  zone: { offsetMs: 0 },
}
const BAD = { sinceMs: NOW, reason: 'it panics', stepBack: true }
const TAKEN_BACK = { ...patch(2), retracted: BAD }

interface Case {
  readonly offers: readonly Offer[]
  readonly record?: HostRecord
  readonly inForce?: PatchRecord
  readonly updates?: Readonly<Record<string, unknown>>
  readonly hold?: readonly string[]
}

test.each<[string, Case, string]>([
  ['nothing is on offer', { offers: [] }, 'nothing: the tier has no live patch for this kernel'],
  ['the newest goes in', { offers: [offer(1), offer(2)] }, 'apply v2: nothing is in force'],
  ['it is in already', { offers: [offer(1)], inForce: patch(1) }, 'nothing: v1, version 1: it is in force'],
  ['another build', { offers: [offer(1, { buildId: 'c' })] }, 'nothing: v1, version 1: it is for another build of this kernel'],
  ['an older one is no progress', { offers: [offer(1)], inForce: patch(2) }, 'nothing: v1, version 1: version 2 is in force'],
  ['what was taken back stays out', { offers: [offer(1), offer(2, { retracted: BAD })] }, 'apply v1: nothing is in force'],
  ['on hold', { offers: [offer(1), offer(2)], hold: ['v2'] }, 'apply v1: nothing is in force'],
  ['past the pin', { offers: [offer(1), offer(2)], updates: { pin: 1 } }, 'apply v1: nothing is in force'],
  [
    'in quarantine here',
    { offers: [offer(1)], record: knowing(patch(1, { kind: 'quarantined', reason: 'oops' })) },
    'nothing: v1, version 1: it is in quarantine here: oops',
  ],
  [
    'taken off by a person',
    { offers: [offer(1)], record: knowing(patch(1, { kind: 'kept', wasAccepted: true })) },
    'nothing: v1, version 1: it was taken off here: kmend apply v1',
  ],
  [
    'a reboot ended its trial',
    { offers: [offer(1)], record: knowing(patch(1, { kind: 'kept', wasAccepted: false, cutShort: true })) },
    'apply v1: nothing is in force',
  ],
  [
    'a namesake',
    { offers: [offer(1, { moduleSha256: 'other' })], record: knowing(patch(1, { kind: 'kept', wasAccepted: false, cutShort: true })) },
    'nothing: v1, version 1: this host knows another live patch of that name',
  ],
  ['by hand', { offers: [offer(1)], updates: { automatic: false } }, 'wait for ever: it waits for a person: kmend apply v1'],
  [
    'out of scope',
    { offers: [offer(1, { urgency: { cvss: 5, knownExploited: false } })], updates: { scope: ['cvss>=7'] } },
    'nothing: v1, version 1: it is not in the scope of the policy',
  ],
  [
    'a score that nobody has given',
    { offers: [offer(1, { urgency: { cvss: null, knownExploited: false } })], updates: { scope: ['cvss>=0'] } },
    'nothing: v1, version 1: it is not in the scope of the policy',
  ],
  [
    'a later version holds what one between fixes',
    {
      offers: [offer(2, { urgency: { cvss: 9, knownExploited: false } }), offer(3, { kind: 'stability' })],
      inForce: patch(1),
      updates: { scope: ['cvss>=7'] },
    },
    'apply v3: version 1 is in force',
  ],
  [
    'also what one fixed that was taken back',
    {
      offers: [offer(2, { urgency: { cvss: 9, knownExploited: false }, retracted: BAD }), offer(3)],
      inForce: patch(1),
      updates: { scope: ['cvss>=7'] },
    },
    'apply v3: version 1 is in force',
  ],
  [
    'by purpose',
    { offers: [offer(1, { kind: 'stability' }), offer(2, { kind: 'custom' })], updates: { scope: ['stability'] } },
    'apply v2: nothing is in force',
  ],
  ['a window that is open', { offers: [offer(1)], updates: { windows: ['Sat 02:00-05:00'] } }, 'apply v1: nothing is in force'],
  [
    'a window that is not',
    { offers: [offer(1)], updates: { windows: ['Sun 02:00-05:00'] } },
    'wait until 2026-11-29T02:00: no maintenance window is open',
  ],
  [
    'it ripens, and then waits for the window',
    { offers: [offer(1)], updates: { delay: '2d', windows: ['daily 22:00-23:00'] } },
    'wait until 2026-11-30T22:00: it is in the tier since 2026-11-28, and the policy lets it ripen',
  ],
  [
    'an older one is ripe',
    { offers: [offer(1, { sinceMs: NOW - 50 * HOUR }), offer(2)], updates: { delay: '2d' } },
    'apply v1: nothing is in force',
  ],
  [
    'what is urgent waits for nothing',
    { offers: [offer(1, { urgency: { cvss: 7, knownExploited: true } })], updates: { delay: '2d', windows: ['Sun 02:00-05:00'] } },
    'apply v1: it is urgent',
  ],
  [
    'but for a person, where nothing goes by itself',
    { offers: [offer(1, { urgency: { cvss: 7, knownExploited: true } })], updates: { automatic: false } },
    'wait for ever: it waits for a person: kmend apply v1',
  ],
  [
    'what is in force is taken back: to the version before, at any time',
    {
      offers: [offer(1), offer(2, { retracted: BAD })],
      record: knowing(patch(1, { kind: 'kept', wasAccepted: true })),
      inForce: TAKEN_BACK,
      updates: { windows: ['Sun 02:00-05:00'] },
    },
    'step back from v2 to v1: v2 is taken back by its publisher: it panics',
  ],
  [
    'to none where there was none',
    { offers: [], inForce: TAKEN_BACK },
    'step back from v2 to nothing: v2 is taken back by its publisher: it panics',
  ],
  [
    'nor to one that was taken back, too',
    {
      offers: [offer(2, { retracted: BAD })],
      record: knowing({ ...patch(1, { kind: 'kept', wasAccepted: true }), retracted: BAD }),
      inForce: TAKEN_BACK,
    },
    'step back from v2 to nothing: v2 is taken back by its publisher: it panics',
  ],
  [
    'a good version after it is better',
    { offers: [offer(2, { retracted: BAD }), offer(3)], inForce: TAKEN_BACK },
    'apply v3: version 2 is in force',
  ],
  [
    'where nobody asks hosts to step back it stays',
    { offers: [offer(2, { retracted: { ...BAD, stepBack: false } })], inForce: { ...patch(2), retracted: { ...BAD, stepBack: false } } },
    'nothing: v2, version 2: it is in force, and taken back: it panics',
  ],
  [
    'a namesake of what was taken back is another',
    { offers: [offer(2, { retracted: BAD, moduleSha256: 'other' })], inForce: patch(2) },
    'nothing: v2, version 2: it was taken back on 2026-11-28: it panics',
  ],
  [
    'stepping back by hand',
    { offers: [offer(2, { retracted: BAD })], inForce: TAKEN_BACK, updates: { automatic: false } },
    'wait for ever: v2 is taken back by its publisher: it panics; a person has to act: kmend downgrade',
  ],
])('%s', (_, { offers, record = EMPTY_RECORD, inForce, updates = {}, hold = [] }, said) => {
  expect(say(planFollow(offers, { ...FACTS, record, inForce }, parsePolicy({ updates, hold }, 'kmend.toml')).act)).toBe(said)
})

test('of each offer it is said what becomes of it', () => {
  const { offers } = planFollow([offer(1), offer(2, { retracted: BAD }), offer(3)], { ...FACTS, inForce: patch(1) }, parsePolicy({}, ''))
  expect(offers.map(({ offer: { name }, verdict }) => `${name}: ${verdict}`)).toEqual([
    'v3: version 1 is in force',
    'v2: it was taken back on 2026-11-28: it panics',
    'v1: it is in force',
  ])
})

function say(act: ReturnType<typeof planFollow>['act']): string {
  switch (act.kind) {
    case 'apply':
      return `apply ${act.offer.name}: ${act.why}`
    case 'wait':
      return `wait ${act.untilMs === null ? 'for ever' : `until ${new Date(act.untilMs).toISOString().slice(0, 16)}`}: ${act.why}`
    case 'step-back':
      return `step back from ${act.from.name} to ${act.to?.name ?? 'nothing'}: ${act.why}`
    case 'nothing':
      return `nothing: ${act.why}`
  }
}

function offer(version: number, change: Partial<Offer> = {}): Offer {
  return {
    ...{ schema: 'kmend/offer/1', name: `v${version}`, version, release: 'r', buildId: 'b', packageVersion: '1', arch: 'amd64' },
    ...{ kind: 'security', title: 't', moduleSha256: `sha${version}`, isSigned: true, publishedMs: NOW, sinceMs: NOW },
    urgency: { cvss: null, knownExploited: false },
    ...change,
  }
}

function patch(version: number, standing: Standing = { kind: 'accepted', restoring: null }): PatchRecord {
  const sha256 = `sha${version}`
  return { name: `v${version}`, version, release: 'r', buildId: 'b', sha256, fileSha256: sha256, sinceMs: 0, package: null, standing }
}

function knowing(...patches: readonly PatchRecord[]): HostRecord {
  return { ...EMPTY_RECORD, patches }
}
