import { expect, test } from 'vitest'
import { type CheckFacts, checkHost } from './check-host.ts'
import { EMPTY_RECORD, type PatchRecord, type Standing } from './host-record.ts'
import { parseState } from './patch-state.ts'

const NOW = Date.parse('2026-11-21T03:00:00Z')
const QUIET: CheckFacts = {
  kernel: { release: 'r1', livepatch: parseState('') },
  impossible: [],
  transition: undefined,
  deadlineMs: 60_000,
  record: EMPTY_RECORD,
  interrupted: undefined,
  lastRound: { atMs: NOW - 60_000, error: null },
  coverage: { kind: 'unknown' },
  coveredLonger: [],
  nowMs: NOW,
}
const TRIAL: Standing = { kind: 'trial', bootId: 'b', uptimeMs: 0, logStart: 0 }
const ACCEPTED: Standing = { kind: 'accepted', restoring: null }
const CUT_SHORT: Standing = { kind: 'kept', wasAccepted: false, cutShort: true }
const ILL: Standing = { kind: 'quarantined', reason: 'kernel log, oops: Oops: 0002' }

test.each<[string, Partial<CheckFacts>, string, readonly string[]]>([
  ['nothing is patched', {}, 'ok', []],
  ['a live patch is in force', host({ loaded: ['a'], kept: [kept('a', ACCEPTED)] }), 'ok', []],
  ['a live patch of another vendor is in force', host({ loaded: ['theirs'] }), 'ok', []],
  ['one is on trial, and watched', host({ loaded: ['a'], kept: [kept('a', TRIAL)] }), 'ok', []],
  [
    'live patching is impossible',
    { impossible: ['no /sys/kernel/livepatch'] },
    'critical',
    ['live patching is impossible here: no /sys/kernel/livepatch'],
  ],
  ['its live patches end in two months', covered(61), 'ok', []],
  [
    'its live patches end within two months',
    covered(60),
    'warning',
    ['live patches for this kernel end in 60 days, on 2027-01-01: plan an update of the kernel and a reboot'],
  ],
  [
    'its live patches end within a week',
    covered(7),
    'critical',
    ['live patches for this kernel end in 7 days, on 2027-01-01: update the kernel and reboot'],
  ],
  [
    'its live patches have ended',
    { coverage: { kind: 'ended', until: '2026-11-20' } },
    'critical',
    ['live patches for this kernel ended on 2026-11-20: update the kernel and reboot'],
  ],
  ['an act was cut short', { interrupted: 'a' }, 'critical', ['an act on a was cut short: kmend agent ends it']],
  [
    'a transition is under way',
    { transition: { patch: 'a', forMs: 3000, tasks: 1 } },
    'warning',
    ['a is in transition for 3 s, 1 task to go'],
  ],
  [
    'a transition is late',
    { transition: { patch: 'a', forMs: 61_000, tasks: 2 } },
    'critical',
    ['a is in transition for 61 s, longer than 60 s, 2 tasks to go: kmend blocking -vv'],
  ],
  [
    "a transition's beginning is not known",
    { transition: { patch: 'a', forMs: null, tasks: null } },
    'warning',
    ['a is in transition, since when is not known'],
  ],
  ['one is in quarantine', host({ kept: [kept('a', ILL)] }), 'critical', ['a is in quarantine: kernel log, oops: Oops: 0002']],
  ['one in quarantine, for another kernel', host({ kept: [kept('a', ILL, { release: 'r2' })] }), 'ok', []],
  [
    'one in quarantine, outdone by a later one in force',
    host({ loaded: ['b'], kept: [kept('a', ILL), kept('b', ACCEPTED, { version: 2 })] }),
    'ok',
    [],
  ],
  [
    'one in quarantine, the one before it in force',
    host({ loaded: ['b'], kept: [kept('a', ILL, { version: 3 }), kept('b', ACCEPTED, { version: 2 })] }),
    'critical',
    ['a is in quarantine: kernel log, oops: Oops: 0002'],
  ],
  [
    'an accepted one did not come back',
    host({ kept: [kept('a', ACCEPTED)] }),
    'critical',
    ['a is accepted and not in force: kmend apply a'],
  ],
  [
    'an accepted one is outdone by one on trial',
    host({ loaded: ['b'], kept: [kept('a', ACCEPTED), kept('b', TRIAL, { version: 2 })] }),
    'ok',
    [],
  ],
  [
    'what is in force was taken back',
    host({ loaded: ['a'], kept: [kept('a', ACCEPTED, { retracted: { sinceMs: NOW, reason: 'it panics', stepBack: false } })] }),
    'warning',
    ['a is in force, and its publisher has taken it back: it panics'],
  ],
  ['a reboot ended a trial', host({ kept: [kept('a', CUT_SHORT)] }), 'warning', ['the trial of a was ended by a reboot: kmend apply a']],
  [
    'nobody watches a trial',
    { ...host({ loaded: ['a'], kept: [kept('a', TRIAL, { sinceMs: NOW - 7_200_000 })] }), lastRound: null },
    'warning',
    ['a is on trial, and kmend agent has not run for 120 min'],
  ],
  [
    'the agent fails',
    { lastRound: { atMs: NOW, error: 'Cannot use the policy' } },
    'warning',
    ['the last round of kmend agent failed: Cannot use the policy'],
  ],
  ['only root may read the record', { record: undefined }, 'unknown', []],
  ['what everyone sees is bad enough', { record: undefined, impossible: ['x'] }, 'critical', ['live patching is impossible here: x']],
  [
    'the gravest comes first',
    { transition: { patch: 'b', forMs: 1000, tasks: null }, ...host({ kept: [kept('a', ILL)] }) },
    'critical',
    ['a is in quarantine: kernel log, oops: Oops: 0002', 'b is in transition for 1 s'],
  ],
])('%s', (_, facts, level, findings) => {
  const check = checkHost({ ...QUIET, ...facts })
  expect([check.level, check.findings.map(({ text }) => text)]).toEqual([level, findings])
})

function host({
  loaded = [],
  kept: patches = [],
}: {
  readonly loaded?: readonly string[]
  readonly kept?: readonly PatchRecord[]
}): Pick<CheckFacts, 'kernel' | 'record'> {
  const livepatch = parseState(loaded.map((name) => `patch ${name} 1 0\n`).join(''))
  return { kernel: { release: 'r1', livepatch }, record: { ...EMPTY_RECORD, patches } }
}

function kept(name: string, standing: Standing, more: Partial<PatchRecord> = {}): PatchRecord {
  return {
    name,
    version: 1,
    release: 'r1',
    buildId: 'b1',
    sha256: name,
    fileSha256: name,
    sinceMs: NOW - 1000,
    package: null,
    standing,
    ...more,
  }
}

function covered(daysLeft: number): Partial<CheckFacts> {
  return { coverage: { kind: 'covered', until: '2027-01-01', daysLeft } }
}
