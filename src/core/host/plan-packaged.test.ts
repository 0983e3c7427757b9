import { expect, test } from 'vitest'
import { EMPTY_RECORD, type HostRecord, type PatchRecord, type Standing } from './host-record.ts'
import { type PackagedFacts, type PackagedPatch, duePackaged } from './plan-packaged.ts'

const FACTS: PackagedFacts = { release: 'r1', buildId: 'b1', inForce: undefined, hold: [] }

test.each<[string, readonly PackagedPatch[], HostRecord, Partial<PackagedFacts>, string | undefined]>([
  ['nothing is packaged', [], EMPTY_RECORD, {}, undefined],
  ['what came while another kernel ran goes in', [packaged('a')], EMPTY_RECORD, {}, 'a'],
  ['not what is for another kernel', [packaged('a', { release: 'r2' })], EMPTY_RECORD, {}, undefined],
  ['nor for another build of it', [packaged('a', { buildId: 'b2' })], EMPTY_RECORD, {}, undefined],
  ['of several the newest', [packaged('a'), packaged('b', { version: 2 })], EMPTY_RECORD, {}, 'b'],
  [
    'what a reboot took the trial of is tried again',
    [packaged('a')],
    knowing('a', { kind: 'kept', wasAccepted: false, cutShort: true }),
    {},
    'a',
  ],
  ['what was taken off stays off', [packaged('a')], knowing('a', { kind: 'kept', wasAccepted: true }), {}, undefined],
  [
    'and so does an older one',
    [packaged('a'), packaged('b', { version: 2 })],
    knowing('b', { kind: 'kept', wasAccepted: true }),
    {},
    undefined,
  ],
  ['what made trouble is left alone', [packaged('a')], knowing('a', { kind: 'quarantined', reason: 'oops' }), {}, undefined],
  ['what is on trial is under way', [packaged('a')], knowing('a', { kind: 'trial', bootId: 'x', uptimeMs: 0, logStart: 0 }), {}, undefined],
  [
    'an older version than the one in force is no progress',
    [packaged('a')],
    EMPTY_RECORD,
    { inForce: patch('z', { version: 1 }) },
    undefined,
  ],
  ['a newer one takes its place', [packaged('a', { version: 2 })], EMPTY_RECORD, { inForce: patch('z', { version: 1 }) }, 'a'],
  ['what is on hold waits', [packaged('a')], EMPTY_RECORD, { hold: ['a'] }, undefined],
])('%s', (_, candidates, record, facts, due) => {
  expect(duePackaged(candidates, record, { ...FACTS, ...facts })?.name).toBe(due)
})

function packaged(name: string, change: Partial<PackagedPatch> = {}): PackagedPatch {
  return { name, version: 1, release: 'r1', buildId: 'b1', folder: `/usr/lib/kmend/patches/r1/${name}`, ...change }
}

function patch(name: string, change: Partial<PatchRecord> = {}): PatchRecord {
  const standing: Standing = { kind: 'accepted', restoring: null }
  return { name, version: 1, release: 'r1', buildId: 'b1', sha256: 's', fileSha256: 's', sinceMs: 0, package: null, standing, ...change }
}

function knowing(name: string, standing: Standing): HostRecord {
  return { ...EMPTY_RECORD, patches: [patch(name, { standing })] }
}
