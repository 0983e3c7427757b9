import { expect, test } from 'vitest'
import {
  EMPTY_RECORD,
  type HostRecord,
  type PatchRecord,
  type Standing,
  accept,
  beginTrial,
  leaveQuarantine,
  quarantine,
  setAside,
} from './host-record.ts'
import { endRestore, planBoot } from './plan-boot.ts'

const FACTS = { release: 'r1', buildId: 'b1', bootId: 'now', nowMs: 5, isAutomatic: true }
const TRIAL: Standing = { kind: 'trial', bootId: 'last', uptimeMs: 0, logStart: 0 }
const BAD = { sinceMs: 1, reason: 'it panics', stepBack: true }
const KEPT: Standing = { kind: 'kept', wasAccepted: true }
const ACCEPTED: Standing = { kind: 'accepted', restoring: null }

test.each<[string, HostRecord, readonly string[] | undefined, readonly string[]]>([
  ['nothing is known: nothing is done', EMPTY_RECORD, undefined, []],
  ['what is accepted comes back', record(one('a', ACCEPTED)), ['a'], []],
  ['but not into another kernel', record(one('a', ACCEPTED, { release: 'r2' })), undefined, []],
  [
    'modules of other builders come back after it, and need no build-id',
    record(
      one('y', ACCEPTED, { version: 0, buildId: '', sinceMs: 2 }),
      one('x', ACCEPTED, { version: 0, buildId: '', sinceMs: 1 }),
      one('a', ACCEPTED),
    ),
    ['a', 'x', 'y'],
    [],
  ],
  ['nor into another build of it', record(one('a', ACCEPTED, { buildId: 'b2' })), undefined, []],
  [
    'a crash on trial is put down to what was on trial; the accepted one comes back',
    record(one('a', ACCEPTED), one('b', TRIAL)),
    ['a'],
    ['quarantined b'],
  ],
  [
    'a clean reboot ends the trial, and blames no one',
    { ...record(one('a', ACCEPTED), one('b', TRIAL)), cleanBootId: 'last' },
    ['a'],
    ['trial-ended b'],
  ],
  ['a clean reboot before the last one is no excuse', { ...record(one('b', TRIAL)), cleanBootId: 'older' }, undefined, ['quarantined b']],
  ['a crash while it came back is put down to it', record(one('a', { kind: 'accepted', restoring: 'last' })), undefined, ['quarantined a']],
  [
    'a crash of another kernel is put down to what was on trial there',
    record(one('b', TRIAL, { release: 'r2' })),
    undefined,
    ['quarantined b'],
  ],
  ['what is in quarantine stays there', record(one('a', { kind: 'quarantined', reason: 'x' })), undefined, []],
  [
    'what was taken back does not come back',
    record(one('a', ACCEPTED, { retracted: { ...BAD, stepBack: false } }), one('old', KEPT, { version: 0 })),
    undefined,
    ['taken-back a'],
  ],
  [
    'where hosts are asked to step back, the version before does',
    record(one('b', ACCEPTED, { version: 2, retracted: BAD }), one('a', KEPT)),
    ['a'],
    ['taken-back b'],
  ],
  [
    'unless that was taken back, too',
    record(one('b', ACCEPTED, { version: 2, retracted: BAD }), one('a', KEPT, { retracted: BAD })),
    undefined,
    ['taken-back b'],
  ],
  ['a second run in the same boot brings back the same', record(one('a', { kind: 'accepted', restoring: 'now' })), ['a'], []],
  ['a trial of this very boot goes on', record(one('b', { ...TRIAL, bootId: 'now' })), undefined, []],
])('%s', (_, known, restored, events) => {
  const plan = planBoot(known, FACTS)
  expect(plan.restore.map(({ name }) => name)).toEqual(restored ?? [])
  expect(plan.events.map(({ kind, name }) => `${kind} ${name}`)).toEqual(events)
})

test('where nothing goes in without a person, the version before does not either', () => {
  const known = record(one('b', ACCEPTED, { version: 2, retracted: BAD }), one('a', KEPT))
  const { restore, events } = planBoot(known, { ...FACTS, isAutomatic: false })
  expect([restore, events[0]?.text]).toEqual([[], 'its publisher has taken it back: it panics; it does not come back'])
})

test('a reboot during a trial is remembered until the live patch is taken off or applied again', () => {
  const { record: after } = planBoot({ ...record(one('b', TRIAL)), cleanBootId: 'last' }, FACTS)
  expect(after.patches[0]?.standing).toEqual({ kind: 'kept', wasAccepted: false, cutShort: true })
  expect(setAside(after, { release: 'r1', name: 'b' }, 9).patches[0]?.standing).toEqual({ kind: 'kept', wasAccepted: false })
})

test('what is in quarantine leaves it by release alone', () => {
  const bad = quarantine(record(one('b', TRIAL)), { release: 'r1', name: 'b' }, 'it went down', 7)
  expect(standings(setAside(bad, { release: 'r1', name: 'b' }, 9))).toEqual({ b: 'quarantined' })
  expect(standings(bad.patches.reduce((known, patch) => leaveQuarantine(known, patch, 9), bad))).toEqual({ b: 'kept' })
})

test('what comes back is suspect until the host has come up', () => {
  const { record: after } = planBoot(record(one('a', ACCEPTED)), FACTS)
  expect(after.patches[0]?.standing).toEqual({ kind: 'accepted', restoring: 'now' })
  expect(endRestore(after).patches[0]?.standing).toEqual(ACCEPTED)
})

test('from trial to accepted, one at a time: the accepted one stays until the next is', () => {
  const trial = { bootId: 'now', uptimeMs: 0, logStart: 7 }
  const second = beginTrial(record(one('a', ACCEPTED)), bare('b'), trial)
  expect(standings(second)).toEqual({ a: 'accepted', b: 'trial' })
  expect(standings(beginTrial(second, bare('c'), trial))).toEqual({ a: 'accepted', b: 'kept', c: 'trial' })
  const done = accept(second, { release: 'r1', name: 'b' }, 9)
  expect(standings(done)).toEqual({ a: 'kept', b: 'accepted' })
  expect(done.patches.find(({ name }) => name === 'a')?.standing).toEqual({ kind: 'kept', wasAccepted: true })
})

function standings({ patches }: HostRecord): Record<string, string> {
  return Object.fromEntries(patches.map(({ name, standing }) => [name, standing.kind]))
}

function bare(name: string): Omit<PatchRecord, 'standing'> {
  return { name, version: 1, release: 'r1', buildId: 'b1', sha256: name, fileSha256: name, sinceMs: 0, package: null }
}

function one(name: string, standing: Standing, more: Partial<PatchRecord> = {}): PatchRecord {
  return { ...bare(name), standing, ...more }
}

function record(...patches: PatchRecord[]): HostRecord {
  return { ...EMPTY_RECORD, patches }
}
