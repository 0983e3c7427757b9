import { describe, expect, test } from 'vitest'
import { type Piece, makeElf } from '../../../test/kit/object-specimen.ts'
import { makeRunning } from '../../../test/kit/running-specimen.ts'
import { diffObjects } from '../diff/mod.ts'
import { matchRunPre } from '../runpre/mod.ts'
import { resolveUnits } from './mod.ts'

const RETURN = [0x31, 0xc0, 0xc3]
const CALL = [0xe8, 0, 0, 0, 0, 0xc3]
const CHANGED = [0x90, 0xe8, 0, 0, 0, 0, 0xc3]
const PC32 = 2
const TABLES = [
  { section: '__jump_table', entrySize: 16 },
  { section: '.static_call_sites', entrySize: 8 },
  { section: '.altinstructions', entrySize: 12 },
]

/** A changed function that calls `hook` of its module, with an entry in one special section. */
function resolveWith(entry: Piece) {
  const check = (bytes: number[], at: number): Piece => ({ name: 'check', kind: 'function', bytes, refs: [{ at, to: 'hook' }] })
  const [original, patched] = [makeElf([check(CALL, 1), entry]), makeElf([check(CHANGED, 2), entry])]
  const diff = diffObjects({ unit: 'a.c', original, patched, tables: TABLES })
  const running = makeRunning(
    [
      { name: 'hook', bytes: RETURN },
      { name: 'key', bytes: RETURN },
      { name: 'check', bytes: CALL, calls: { 1: 'hook' } },
    ],
    'loop',
  )
  const { units, refusals, lateKeys } = resolveUnits([{ diff, running, match: matchRunPre(diff.original, running) }], [])
  return {
    refusals: refusals.map(({ code, subject }) => `${subject}: ${code}`),
    keys: [...(lateKeys.get('a.c')?.keys() ?? [])],
    entries: units[0]?.diff.inclusion.entries.map(({ entry: { table } }) => table.section),
  }
}

describe('what the loader reads before it can reach a module:', () => {
  test('a static call whose key is in the module goes through its trampoline alone', () => {
    const site: Piece = {
      name: 'site',
      kind: 'data',
      section: '.static_call_sites',
      bytes: Array(8).fill(0) as number[],
      refs: [
        { at: 0, to: 'check', type: PC32, addend: 1n },
        { at: 4, to: 'key', type: PC32, addend: 0n },
      ],
    }
    expect(resolveWith(site)).toEqual({ refusals: [], keys: [], entries: [] })
  })

  test('a jump label whose key is in the module is named, to be compiled otherwise', () => {
    const label: Piece = {
      name: 'label',
      kind: 'data',
      section: '__jump_table',
      bytes: Array(16).fill(0) as number[],
      refs: [
        { at: 0, to: 'check', type: PC32, addend: 1n },
        { at: 4, to: 'check', type: PC32, addend: 5n },
        { at: 8, to: 'key', type: 24, addend: 0n },
      ],
    }
    expect(resolveWith(label)).toEqual({ refusals: ['check: key-in-module'], keys: ['key'], entries: ['__jump_table'] })
  })

  test('an instruction that the kernel may overwrite with an alternative must not wait for the module', () => {
    const alternative = (at: bigint): Piece => ({
      name: 'alternative',
      kind: 'data',
      section: '.altinstructions',
      bytes: [0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 5, 0],
      refs: [
        { at: 0, to: 'check', type: PC32, addend: at },
        { at: 4, to: 'check', type: PC32, addend: at },
      ],
    })
    expect(resolveWith(alternative(1n))).toEqual({ refusals: ['check: late-reference'], keys: [], entries: ['.altinstructions'] })
    expect(resolveWith(alternative(6n)).refusals).toEqual([])
  })
})
