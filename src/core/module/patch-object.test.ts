import { describe, expect, test } from 'vitest'
import { type Piece, makeElf } from '../../../test/kit/object-specimen.ts'
import { makeRunning } from '../../../test/kit/running-specimen.ts'
import { diffObjects } from '../diff/mod.ts'
import { elf } from '../elf/mod.ts'
import { resolveUnits } from '../klp/mod.ts'
import { matchRunPre } from '../runpre/mod.ts'
import { writePatchObject } from './mod.ts'

test('a new variable per CPU lies where the loader makes room for each CPU, whatever its section in the kernel', () => {
  const check: Piece = { name: 'check', kind: 'function', bytes: [0xc3] }
  const fresh: Piece = { name: 'fresh', kind: 'data', bytes: [1, 0, 0, 0], section: '.data..percpu..shared_aligned' }
  const diff = diffObjects({ unit: 'a.c', original: makeElf([check]), patched: makeElf([check, fresh]), tables: [] })
  const running = makeRunning([{ name: 'check', bytes: [0xc3] }])
  const [unit] = resolveUnits([{ diff, running, match: matchRunPre(diff.original, running) }], []).units
  expect(unit && writePatchObject(unit, 0).sections.map((section) => section.name)).toEqual(['.data..percpu'])
})

test('the pointer to a new SRCU domain of a module lies where the kernel finds the domains that it has to initialise as a module loads', () => {
  const ABS64 = 1
  const check: Piece = { name: 'check', kind: 'function', bytes: [0xc3] }
  const domain: Piece[] = [
    { name: 'readers', kind: 'data', bytes: Array(16).fill(0) as number[], bind: elf.STB.LOCAL },
    {
      name: '__srcu_struct_readers',
      kind: 'data',
      bytes: Array(8).fill(0) as number[],
      section: '___srcu_struct_ptrs',
      refs: [{ at: 0, to: 'readers', type: ABS64, addend: 0n }],
    },
  ]
  const diff = diffObjects({ unit: 'a.c', original: makeElf([check]), patched: makeElf([check, ...domain]), tables: [] })
  const running = makeRunning([{ name: 'check', bytes: [0xc3] }], 'ext4')
  const [unit] = resolveUnits([{ diff, running, match: matchRunPre(diff.original, running) }], []).units
  expect(unit && writePatchObject(unit, 0).sections.map((section) => section.name)).toEqual(['.data.u0.readers', '___srcu_struct_ptrs'])
})

test('what is read-only after start and waits for a module lies in a section of its unit, so that it can wait', () => {
  const ABS64 = 1
  const pieces = (prefix: readonly number[]): Piece[] => [
    { name: 'handle', kind: 'function', bytes: [0xc3] },
    { name: 'check', kind: 'function', bytes: [...prefix, 0xe8, 0, 0, 0, 0, 0xc3], refs: [{ at: prefix.length + 1, to: 'handle' }] },
  ]
  const fresh = (to?: string): Piece => ({
    name: 'fresh',
    kind: 'data',
    bytes: Array(8).fill(0) as number[],
    section: '.data..ro_after_init',
    refs: to === undefined ? [] : [{ at: 0, to, type: ABS64, addend: 0n }],
  })
  const sectionsFor = (object: string, to?: string) => {
    const diff = diffObjects({ unit: 'a.c', original: makeElf(pieces([])), patched: makeElf([...pieces([0x90]), fresh(to)]), tables: [] })
    const running = makeRunning(
      [
        { name: 'handle', bytes: [0xc3] },
        { name: 'check', bytes: [0xe8, 0, 0, 0, 0, 0xc3], calls: { 1: 'handle' } },
      ],
      object,
    )
    const [unit] = resolveUnits([{ diff, running, match: matchRunPre(diff.original, running) }], []).units
    return unit && writePatchObject(unit, 0).sections.map((section) => section.name)
  }
  expect(sectionsFor('ext4', 'handle')).toContain('.data.u0.fresh')
  expect(sectionsFor('ext4')).toContain('.data..ro_after_init')
  expect(sectionsFor('vmlinux', 'handle')).toContain('.data..ro_after_init')
})

describe('a call that call depth tracking counts', () => {
  const SITES = { section: '.call_sites', entrySize: 4 }
  const PC32 = 2
  const call = (prefix: readonly number[]): Piece[] => [
    { name: 'check', kind: 'function', bytes: [...prefix, 0xe8, 0, 0, 0, 0, 0xc3], refs: [{ at: prefix.length + 1, to: 'helper' }] },
    {
      name: 'sites',
      kind: 'data',
      bytes: [0, 0, 0, 0],
      section: SITES.section,
      refs: [{ at: 0, to: 'check', type: PC32, addend: BigInt(prefix.length) }],
    },
  ]
  function tablesFor(object: string) {
    const diff = diffObjects({ unit: 'a.c', original: makeElf(call([])), patched: makeElf(call([0x90])), tables: [SITES] })
    const running = makeRunning(
      [
        { name: 'helper', bytes: [0xc3] },
        { name: 'check', bytes: [0xe8, 0, 0, 0, 0, 0xc3], calls: { 1: 'helper' } },
      ],
      object,
    )
    const [unit] = resolveUnits([{ diff, running, match: matchRunPre(diff.original, running) }], []).units
    return unit && writePatchObject(unit, 0).sections.map((section) => section.name)
  }

  test('is listed when it leads into the kernel image', () => {
    expect(tablesFor('vmlinux')).toContain(SITES.section)
  })

  test('is not when it leads into a module, since it has no target yet when the list is read', () => {
    expect(tablesFor('ext4')).not.toContain(SITES.section)
  })
})
