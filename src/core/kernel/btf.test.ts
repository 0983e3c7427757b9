import { describe, expect, test } from 'vitest'
import { makeBtf, type RawBtfType } from '../../../test/kit/btf-specimen.ts'
import { findStruct, resolveBtfType, sizeOfBtfType, sizeOfStruct } from './btf-query.ts'
import { readBtf } from './btf-read.ts'

const INT = { kind: 1, name: 'int', sizeOrType: 4, words: [0x0100_0020] } // 1
const TYPES: readonly RawBtfType[] = [
  INT,
  { kind: 8, name: 's32', sizeOrType: 1 }, // 2
  { kind: 3, words: [2, 1, 6] }, // 3: s32[6]
  { kind: 4, name: 'alt_instr', count: 2, flag: true, sizeOrType: 28, words: ['flags', 1, (3 << 24) | 5, 'list', 3, 32] }, // 4
  { kind: 2, sizeOrType: 4 }, // 5
  { kind: 6, name: 'colour', count: 2, flag: true, sizeOrType: 4, words: ['RED', 0, 'NONE', 0xffff_ffff] }, // 6
  { kind: 19, name: 'wide', count: 1, sizeOrType: 8, words: ['BIG', 1, 2] }, // 7
  { kind: 13, count: 2, sizeOrType: 1, words: ['a', 5, '', 0] }, // 8
  { kind: 12, name: 'vprintk', count: 1, sizeOrType: 8 }, // 9
  { kind: 7, name: 'later', flag: true }, // 10
  { kind: 15, name: '.data', count: 1, sizeOrType: 4, words: [12, 0, 4] }, // 11
  { kind: 14, name: 'counter', sizeOrType: 1, words: [1] }, // 12
]
const btf = readBtf(makeBtf(TYPES), 'x')

describe('BTF', () => {
  test('gives members with their bits', () => {
    expect(findStruct(btf, 'alt_instr')).toEqual({
      kind: 'struct',
      name: 'alt_instr',
      size: 28,
      members: [
        { name: 'flags', type: 1, bitOffset: 5, bitSize: 3 },
        { name: 'list', type: 3, bitOffset: 32, bitSize: 0 },
      ],
    })
  })

  test('gives enums, functions and variables', () => {
    expect(btf.types[6]).toEqual({
      kind: 'enum',
      name: 'colour',
      size: 4,
      isSigned: true,
      values: [
        { name: 'RED', value: 0n },
        { name: 'NONE', value: -1n },
      ],
    })
    expect(btf.types[7]).toMatchObject({ values: [{ name: 'BIG', value: 0x2_0000_0001n }] })
    expect(btf.types[8]).toEqual({
      kind: 'prototype',
      result: 1,
      parameters: [
        { name: 'a', type: 5 },
        { name: '', type: 0 },
      ],
    })
    expect(btf.types[10]).toEqual({ kind: 'forward', name: 'later', isUnion: true })
    expect(btf.types[11]).toMatchObject({ variables: [{ type: 12, offset: 0, size: 4 }] })
  })

  test('gives sizes through names, qualifiers and arrays', () => {
    expect([1, 2, 3, 4, 5, 12].map((id) => sizeOfBtfType(btf, id))).toEqual([4, 4, 24, 28, 8, 4])
    expect([0, 8, 9, 10].map((id) => sizeOfBtfType(btf, id))).toEqual([undefined, undefined, undefined, undefined])
    expect(resolveBtfType(btf, 2)).toMatchObject({ kind: 'int', encoding: 'signed', bits: 32 })
    expect(sizeOfStruct(btf, 'alt_instr')).toBe(28)
  })

  test('of a module goes on from that of the kernel', () => {
    const own = readBtf(makeBtf([{ kind: 4, name: 'own', count: 1, sizeOrType: 28, words: ['base', 4, 0] }], btf.strings.length), 'm', btf)
    expect(own.types).toHaveLength(btf.types.length + 1)
    expect(findStruct(own, 'own')?.members[0]).toMatchObject({ name: 'base', type: 4 })
    expect(sizeOfStruct(own, 'alt_instr')).toBe(28)
    expect(btf.idsByName.has('own')).toBe(false)
  })
})

describe('BTF is a fault', () => {
  const fault = expect.objectContaining({ code: 'kernel/btf' }) as Error
  test.each([
    ['a type id beyond the last', [{ kind: 2, sizeOrType: 9 }]],
    ['an unknown kind', [{ kind: 25 }]],
    ['more members than there are bytes', [{ kind: 4, count: 0xffff }]],
    ['a name beyond the strings', [{ kind: 4, count: 1, words: [9999, 1, 0] }]],
  ])('with %s', (_, types) => {
    expect(() => readBtf(makeBtf(types), 'x')).toThrow(fault)
  })

  test('when cut off or something else', () => {
    expect(() => readBtf(makeBtf(TYPES).subarray(0, 60), 'x')).toThrow(fault)
    expect(() => readBtf(new Uint8Array(100), 'x')).toThrow(fault)
  })

  test('when a type is made of itself', () => {
    const circle = readBtf(
      makeBtf([
        { kind: 8, name: 'a', sizeOrType: 2 },
        { kind: 8, name: 'b', sizeOrType: 1 },
        { kind: 3, words: [3, 3, 2] },
      ]),
      'x',
    )
    expect(() => sizeOfBtfType(circle, 1)).toThrow(fault)
    expect(() => sizeOfBtfType(circle, 3)).toThrow(fault)
    expect(() => sizeOfStruct(circle, 'absent')).toThrow(fault)
  })
})
