import { describe, expect, test } from 'vitest'
import { type RawBtfType, makeBtf } from '../../../test/kit/btf-specimen.ts'
import { type BtfPrints, printBtf, saysTheSame } from './btf-prints.ts'

const INT: RawBtfType = { kind: 1, name: 'int', sizeOrType: 4, words: [0x0100_0020] }
const LONG: RawBtfType = { kind: 1, name: 'long', sizeOrType: 8, words: [0x0100_0040] }

function prints(types: readonly RawBtfType[]): BtfPrints {
  const found = printBtf(makeBtf(types))
  if (found === undefined) throw new Error('the specimen cannot be read')
  return found
}

/** Integers are types 1 and 2; those of the test begin at 3. */
function same(before: readonly RawBtfType[], after: readonly RawBtfType[]): boolean {
  const [one, other] = [prints([INT, LONG, ...before]), prints([INT, LONG, ...after])]
  expect(saysTheSame(other, one)).toBe(saysTheSame(one, other))
  return saysTheSame(one, other)
}

const struct = (name: string, size: number, ...words: (string | number)[]): RawBtfType => ({
  kind: 4,
  name,
  count: words.length / 3,
  sizeOrType: size,
  words,
})
const colour = (...words: (string | number)[]): RawBtfType => ({ kind: 6, name: 'colour', count: words.length / 2, sizeOrType: 4, words })

describe('two compilations say the same', () => {
  test('in whatever order they say it, with strings wherever they stand', () => {
    const one = prints([INT, struct('list', 8, 'next', 3, 0), { kind: 2, sizeOrType: 2 }, { kind: 8, name: 's32', sizeOrType: 1 }])
    const other = prints([{ kind: 8, name: 's32', sizeOrType: 4 }, { kind: 2, sizeOrType: 3 }, struct('list', 8, 'next', 2, 0), INT])
    expect(saysTheSame(one, other)).toBe(true)
  })

  test('with something new, or gone, beside it', () => {
    expect(same([struct('a', 4, 'x', 1, 0)], [struct('a', 4, 'x', 1, 0), struct('b', 8, 'y', 2, 0)])).toBe(true)
  })
})

describe('they differ', () => {
  test('by a struct that has another name', () => {
    expect(same([struct('a', 4, 'x', 1, 0)], [struct('b', 8, 'x', 2, 0)])).toBe(false)
  })

  test('by a member that moves, that is called another name, or is of another type', () => {
    const before = [struct('a', 16, 'x', 1, 0, 'y', 2, 64)]
    expect(same(before, [struct('a', 16, 'x', 1, 32, 'y', 2, 64)])).toBe(false)
    expect(same(before, [struct('a', 16, 'z', 1, 0, 'y', 2, 64)])).toBe(false)
    expect(same(before, [struct('a', 16, 'x', 2, 0, 'y', 2, 64)])).toBe(false)
    expect(same(before, [struct('a', 24, 'x', 1, 0, 'y', 2, 64)])).toBe(false)
  })

  test('by what a struct without a name has in it, and a typedef stands for', () => {
    const inner = (bits: number): RawBtfType[] => [struct('', 16, 'x', 1, bits), struct('a', 16, 'in', 3, 0)]
    expect(same(inner(0), inner(32))).toBe(false)
    expect(same([{ kind: 8, name: 'size', sizeOrType: 1 }], [{ kind: 8, name: 'size', sizeOrType: 2 }])).toBe(false)
  })

  test('by the length of an array, and by what a pointer leads to', () => {
    const table = (count: number): RawBtfType[] => [
      { kind: 3, words: [1, 1, count] },
      { kind: 14, name: 'table', sizeOrType: 3, words: [1] },
    ]
    expect(same(table(4), table(5))).toBe(false)
    const pointer = (target: number): RawBtfType[] => [{ kind: 2, sizeOrType: target }, struct('a', 8, 'p', 3, 0)]
    expect(same(pointer(1), pointer(2))).toBe(false)
  })

  test('by a value of an enum, and by one that is added', () => {
    expect(same([colour('RED', 0)], [colour('RED', 1)])).toBe(false)
    expect(same([colour('RED', 0)], [colour('RED', 0, 'BLUE', 1)])).toBe(false)
    const nameless = (value: number): RawBtfType => ({ kind: 6, count: 1, sizeOrType: 4, words: ['LIMIT', value] })
    expect(same([nameless(7)], [nameless(8)])).toBe(false)
  })

  test('by what a function takes and returns, not by what its parameters are called', () => {
    const read = (result: number, ...parameters: (string | number)[]): RawBtfType[] => [
      { kind: 13, count: parameters.length / 2, sizeOrType: result, words: parameters },
      { kind: 12, name: 'read', count: 1, sizeOrType: 3 },
    ]
    expect(same(read(1, 'a', 1), read(1, 'a', 2))).toBe(false)
    expect(same(read(1, 'a', 1), read(2, 'a', 1))).toBe(false)
    expect(same(read(1, 'a', 1), read(1, 'b', 1))).toBe(true)
  })

  test('by what a pointer with a tag leads to', () => {
    const tagged = (target: number): RawBtfType[] => [
      { kind: 18, name: 'user', sizeOrType: target },
      { kind: 2, sizeOrType: 3 },
      struct('a', 8, 'p', 4, 0),
    ]
    expect(same(tagged(1), tagged(2))).toBe(false)
    expect(same(tagged(1), tagged(1))).toBe(true)
  })
})

test('two types by one name, as in functions, are left to who can tell which is which', () => {
  const [small, large] = [struct('local', 4, 'x', 1, 0), struct('local', 8, 'x', 2, 0)]
  expect(printBtf(makeBtf([INT, LONG, small, large]))).toBeUndefined()
  expect(printBtf(makeBtf([INT, LONG, small, small]))).toBeUndefined()
})

test('what cannot be read, or goes in a circle, is left to who reads it whole', () => {
  expect(printBtf(Uint8Array.of(1, 2, 3))).toBeUndefined()
  expect(printBtf(makeBtf([struct('a', 8, 'x', 9, 0)]))).toBeUndefined()
  expect(printBtf(makeBtf([{ kind: 2, sizeOrType: 1 }, struct('a', 8, 'x', 1, 0)]))).toBeUndefined()
  expect(printBtf(makeBtf([{ ...struct('a', 8, 'x', 1, 0), count: 0xffff }]))).toBeUndefined()
})
