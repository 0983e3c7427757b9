import { expect, test } from 'vitest'
import type { HostOutcome, HostPatch, KeptPatch } from '../../../app/host/mod.ts'
import { Fault } from '../../../core/base/mod.ts'
import { formatKpatchList, formatLoadEnd, formatUnloadEnd } from './kpatch-text.ts'
import { parseKpatch } from './kpatch.ts'

test('nothing is loaded, nothing is installed', () => {
  expect(formatKpatchList([], [kept('kept_only', 'kept')]).join('\n')).toBe('Loaded patch modules:\n\nInstalled patch modules:')
})

test('what is loaded, what is installed, and which functions are replaced', () => {
  const loaded = [patch('kpatch_fix', true, false), patch('kpatch_next', true, true), patch('kpatch_old', false, true)]
  expect(formatKpatchList(loaded, [kept('kpatch_fix', 'accepted'), kept('kpatch_trial', 'trial')]).join('\n')).toBe(`Loaded patch modules:
kpatch_fix [enabled]
kpatch_next [enabling...]
kpatch_old [disabling...]

Installed patch modules:
kpatch_fix (6.1.0-54-amd64)

Currently livepatched functions:
Module       Object   Function/Occurrence
kpatch_fix   vmlinux  some_func,1
kpatch_next  vmlinux  some_func,1 (transition)
kpatch_old   vmlinux  some_func,1 (transition)`)
})

const REFUSAL = new Fault('host/held', 'Cannot apply a: it is on hold here')

test.each<[HostOutcome, readonly string[], readonly string[]]>([
  [{ kind: 'unchanged', name: 'a', text: '' }, ['module named a already loaded and enabled'], []],
  [{ kind: 'refused', name: 'a', faults: [REFUSAL] }, [], ['kpatch: error: failed to load module a (Cannot apply a: it is on hold here)']],
  [
    { kind: 'stalled', name: 'a', ms: 75_000, tasks: [], left: 'reversed' },
    [],
    ['kpatch: error: failed to load module a (transition stalled)'],
  ],
  [{ kind: 'undone', name: 'a', findings: ['oops'], now: null, notes: [] }, [], ['kpatch: error: failed to load module a (oops)']],
])('a load that ends as $kind', (outcome, out, err) => {
  expect(formatLoadEnd(outcome)).toEqual({ out, err })
})

test.each<[HostOutcome, readonly string[]]>([
  [{ kind: 'removed', name: 'a', transitionMs: 0, isInMemory: false, notes: [] }, []],
  [{ kind: 'removed', name: 'a', transitionMs: 0, isInMemory: true, notes: [] }, ['kpatch: failed to unload module a (refcnt)']],
  [{ kind: 'stalled', name: 'a', ms: 1, tasks: [], left: 'waiting' }, ['kpatch: transition stalled for a']],
])('an unload that ends as $kind', (outcome, lines) => {
  expect(formatUnloadEnd(outcome)).toEqual(lines)
})

test.each<[string, ReturnType<typeof parseKpatch>]>([
  ['load fix.ko', { command: 'load', isAll: false, release: undefined, module: 'fix.ko' }],
  ['load --all', { command: 'load', isAll: true, release: undefined, module: '' }],
  ['unload --all', { command: 'unload', isAll: true, release: undefined, module: '' }],
  ['install -k 6.1.0-54-amd64 fix.ko', { command: 'install', isAll: false, release: '6.1.0-54-amd64', module: 'fix.ko' }],
  ['uninstall --kernel-version=6.1 fix', { command: 'uninstall', isAll: false, release: '6.1', module: 'fix' }],
  ['--version', { command: 'version', isAll: false, release: undefined, module: '' }],
  ['load', undefined],
  ['load a.ko b.ko', undefined],
  ['install --all', undefined],
  ['list x', undefined],
  ['enable fix', undefined],
])('kpatch %s', (words, wish) => {
  expect(parseKpatch(words.split(' '))).toEqual(wish)
})

function patch(name: string, isEnabled: boolean, isInTransition: boolean): HostPatch {
  const objects = [{ name: 'vmlinux', isPatched: true, functions: ['some_func,1'] }]
  return { name, isEnabled, isInTransition, ours: null, cves: [], bugs: [], objects, modinfo: {} }
}

function kept(name: string, standing: KeptPatch['standing']): KeptPatch {
  const base = { version: 0, release: '6.1.0-54-amd64', buildId: '', sha256: '', fileSha256: '', sinceMs: 0, package: null } as const
  return { ...base, name, standing, why: null, isInForce: false }
}
