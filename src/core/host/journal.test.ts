import { expect, test } from 'vitest'
import { JOURNAL_SCHEMA, type Journal, parseJournal, planRecovery } from './journal.ts'

type Seen = 'nothing' | 'module alone' | 'enabled' | 'going in' | 'coming out'

test.each<[Journal['act'], Seen, string, string]>([
  ['apply', 'nothing', 'boot', 'forget'],
  ['apply', 'going in', 'boot', 'finish-applying'],
  ['apply', 'enabled', 'boot', 'finish-applying'],
  ['apply', 'coming out', 'boot', 'finish-removing'],
  ['apply', 'module alone', 'boot', 'finish-removing'],
  ['apply', 'enabled', 'another boot', 'forget'],
  ['restore', 'enabled', 'boot', 'finish-applying'],
  ['remove', 'enabled', 'boot', 'finish-removing'],
  ['remove', 'nothing', 'another boot', 'finish-removing'],
  ['remove', 'coming out', 'boot', 'finish-removing'],
  ['remove', 'module alone', 'boot', 'finish-removing'],
  ['remove', 'nothing', 'boot', 'finish-removing'],
  ['revert', 'going in', 'boot', 'finish-removing'],
])('%s cut short, and the kernel shows %s in %s: %s', (act, seen, bootId, kind) => {
  const patch = {
    name: 'fix',
    isEnabled: seen === 'enabled' || seen === 'going in',
    isInTransition: seen.endsWith('in') || seen.endsWith('out'),
    objects: [],
  }
  const isListed = seen !== 'nothing' && seen !== 'module alone'
  const facts = {
    bootId: 'boot',
    livepatch: { patches: isListed ? [patch] : [], tracedFunctions: [], taint: 0, modules: [] },
    modules: new Map(seen === 'nothing' ? [] : [['fix', { buildId: undefined, refcount: 0 }]]),
  }
  expect(planRecovery({ act, name: 'fix', bootId } as Journal, facts)).toEqual({ kind })
})

const WHOLE: Journal = {
  schema: JOURNAL_SCHEMA,
  act: 'apply',
  name: 'fix_2',
  release: '6.1.0-1-cloud-amd64',
  bootId: 'boot',
  startedMs: 1_700_000_000_000,
  logStart: 7,
  replaces: ['fix_1'],
  previous: 'fix_1',
  functions: ['vmlinux:check,1'],
  actor: { uid: 0, user: 'root', by: null, command: ['kmend', 'apply'] },
  reason: null,
}

test('a journal is read as it was written', () => {
  expect(parseJournal(JSON.stringify(WHOLE), 'f')).toEqual(WHOLE)
})

test.each<[string, unknown]>([
  ['schema', 'kmend/journal/2'],
  ['act', 'force'],
  ['name', '../fix'],
  ['release', ''],
  ['bootId', null],
  ['startedMs', 1e300],
  ['logStart', -1],
  ['replaces', [3]],
  ['previous', 'a/b'],
  ['functions', 'vmlinux:check,1'],
  ['actor', { uid: 0 }],
  ['reason', undefined],
])('one whose %s is %j is refused, and the field is named', (field, value) => {
  expect(() => parseJournal(JSON.stringify({ ...WHOLE, [field]: value }), 'f')).toThrow(
    expect.objectContaining({ code: 'host/state', in: 'f', message: expect.stringContaining(`(${field})`) }),
  )
})

test.each(['', 'null', '[]', '{"schema"'])('what is no object is refused: %s', (text) => {
  expect(() => parseJournal(text, 'f')).toThrow(expect.objectContaining({ code: 'host/state' }))
})
