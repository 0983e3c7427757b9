import { expect, test } from 'vitest'
import { type NextPlace, checkCumulative, checkSuccession, functionsGoingBack } from './cumulative.ts'
import type { DroppedFix, Manifest } from './manifest.ts'

const KERNEL = { release: '6.1.0-1-amd64', packageVersion: '6.1.1-1', arch: 'amd64', buildId: 'b1' }
const FUNCTIONS = ['a', 'b'].map((name) => ({ name, sympos: 0, oldSizeBytes: 1, newSizeBytes: 1, unit: `${name}.c` }))
const BEFORE = {
  name: 'one',
  version: 1,
  kernel: KERNEL,
  fixes: { cves: ['CVE-2026-1'], bugs: ['1000'] },
  states: [{ id: '7', version: 2 }],
  objects: [{ name: 'vmlinux', functions: FUNCTIONS }],
} as unknown as Manifest
const NEXT = { ...BEFORE, name: 'two', version: 2 }

test.each<[string, Partial<NextPlace & Pick<Manifest, 'fixes' | 'states'>>, readonly DroppedFix[], readonly string[]]>([
  ['holds all', {}, [], []],
  ['holds more', { fixes: { cves: ['CVE-2026-1', 'CVE-2026-2'], bugs: ['1000'] }, states: [{ id: '7', version: 3 }] }, [], []],
  ['names what it drops', { fixes: { cves: ['CVE-2026-1'], bugs: [] } }, [{ id: '1000', reason: 'it made the disk slow' }], []],
  ['lacks a fix', { fixes: { cves: [], bugs: ['1000'] } }, [], ['one fixes CVE-2026-1, and this does not']],
  ['drops what never was', {}, [{ id: '2000', reason: 'x' }], ['2000 is dropped, and one does not fix it']],
  ['drops what it fixes', {}, [{ id: '1000', reason: 'x' }], ['1000 is dropped, and fixed by this']],
  ['is for another kernel', { kernel: { ...KERNEL, buildId: 'b2' } }, [], ['one is for another kernel: 6.1.0-1-amd64, build-id b1']],
  ['has the same name', { name: 'one' }, [], ['both are called one: each version has a name of its own']],
  ['is no higher', { version: 1 }, [], ['its version, 1, is not higher than 1, that of one']],
  ['loses a state', { states: [] }, [], ['one has the system state 7 in version 2, and this has not']],
  ['has an older state', { states: [{ id: '7', version: 1 }] }, [], ['one has the system state 7 in version 2, and this has version 1']],
])('a version that %s', (_, change, dropped, findings) => {
  const next = { ...NEXT, ...change }
  expect([...checkSuccession(BEFORE, next, dropped), ...checkCumulative(BEFORE, next, dropped)]).toEqual(findings)
})

test('a function that the next one leaves alone goes back to the kernel’s own code', () => {
  const next = { objects: [{ name: 'vmlinux', functions: FUNCTIONS.slice(1) }] }
  expect(functionsGoingBack(BEFORE, next).map(({ unit, name }) => `${unit}:${name}`)).toEqual(['a.c:a'])
  expect(functionsGoingBack(BEFORE, BEFORE)).toEqual([])
})
