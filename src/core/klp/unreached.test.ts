import { expect, test } from 'vitest'
import { type Piece, makeElf } from '../../../test/kit/object-specimen.ts'
import { makeRunning } from '../../../test/kit/running-specimen.ts'
import { diffObjects } from '../diff/mod.ts'
import { elf } from '../elf/mod.ts'
import { matchRunPre } from '../runpre/mod.ts'
import { findUnreached, resolveUnits } from './mod.ts'

const RETURN = [0xc3]
const ABS64 = 1

const calls = (name: string, to: string, bind: number = elf.STB.GLOBAL): Piece => ({
  name,
  kind: 'function',
  bind,
  bytes: [0xe8, 0, 0, 0, 0, 0xc3],
  refs: [{ at: 1, to }],
})
const leaf = (name: string): Piece => ({ name, kind: 'function', bytes: RETURN })
/** A function that loads an address, and a table that holds one. */
const uses = (name: string, to: string): Piece => ({
  ...calls(name, to),
  bytes: [0x48, 0x8d, 0x05, 0, 0, 0, 0, 0xc3],
  refs: [{ at: 3, to, type: 2 }],
})
const table = (name: string, to: string): Piece => ({
  name,
  kind: 'data',
  bytes: Array.from({ length: 8 }, () => 0),
  refs: [{ at: 0, to, type: ABS64, addend: 0n }],
})

/** Units of which each has `<unit>_old` to begin with, and brings these. */
function unreachedIn(units: Readonly<Record<string, readonly Piece[]>>): string[] {
  const compared = Object.entries(units).map(([unit, brought]) => {
    const original = [leaf(`${unit}_old`)]
    const patched = brought.some(({ name }) => name === `${unit}_old`) ? brought : [...original, ...brought]
    const diff = diffObjects({ unit: `${unit}.c`, original: makeElf(original), patched: makeElf(patched), tables: [] })
    const running = makeRunning(original.map(({ name, bytes }) => ({ name, bytes })))
    return { diff, running, match: matchRunPre(diff.original, running) }
  })
  return findUnreached(resolveUnits(compared, []).units).map(({ unit, item }) => `${unit} ${item.name}`)
}

test('a new function that nothing refers to is not reached, nor is what it alone refers to', () => {
  const cluster = [calls('idle', 'inner'), calls('inner', 'idle', elf.STB.LOCAL), calls('alone', 'other')]
  expect(unreachedIn({ a: cluster, b: [leaf('other')] })).toEqual(['a.c idle', 'a.c inner', 'a.c alone', 'b.c other'])
})

test('what a replaced function calls is reached, in turn, and from another unit', () => {
  expect(
    unreachedIn({ a: [calls('a_old', 'near'), calls('near', 'far')], b: [calls('far', 'deep', elf.STB.GLOBAL), leaf('deep')] }),
  ).toEqual([])
})

test('an address in new data counts where something live uses the data', () => {
  expect(unreachedIn({ a: [uses('a_old', 'ops'), table('ops', 'held'), leaf('held')] })).toEqual([])
  expect(unreachedIn({ a: [leaf('a_old'), table('ops', 'held'), leaf('held')] })).toEqual(['a.c held'])
  expect(unreachedIn({ a: [uses('a_old', 'ops')], b: [table('ops', 'held'), leaf('held')] })).toEqual([])
})
