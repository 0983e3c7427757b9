import { expect, test } from 'vitest'
import { type Journal, planRecovery } from './journal.ts'

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
