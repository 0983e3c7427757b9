import { expect, test } from 'vitest'
import { readBtf } from '../../src/core/kernel/mod.ts'
import { printBtf } from '../../src/core/kernel/btf-prints.ts'
import { shapeOf } from '../../src/core/types/shape.ts'
import { makeBtf, type RawBtfType } from '../../test/kit/btf-specimen.ts'
import { joinTypes } from './join-types.ts'

/** A unit with a type of each kind that leads to another: int, struct node (and a pointer to it), its array, enum, typedef, function, variable and section. */
const UNIT: readonly RawBtfType[] = [
  { kind: 1, name: 'int', sizeOrType: 4, words: [0x0100_0020] },
  { kind: 4, name: 'node', count: 2, sizeOrType: 16, words: ['next', 3, 0, 'value', 1, 64] },
  { kind: 2, sizeOrType: 2 },
  { kind: 3, words: [3, 1, 8] },
  { kind: 6, name: 'colour', count: 1, sizeOrType: 4, words: ['RED', 7] },
  { kind: 8, name: 'nodes', sizeOrType: 4 },
  { kind: 13, count: 1, sizeOrType: 3, words: ['all', 6] },
  { kind: 12, name: 'first', count: 1, sizeOrType: 7 },
  { kind: 14, name: 'table', sizeOrType: 6, words: [1] },
  { kind: 15, name: '.data', count: 1, sizeOrType: 64, words: [9, 0, 64] },
]
/** The struct, the enum and its value, the typedef, the function and the variable. */
const NAMED = 6

test('of joined types each keeps what it is made of, under a name that no other has', () => {
  const unit = makeBtf(UNIT)
  const joined = joinTypes([
    { section: unit, prefix: '' },
    { section: unit, prefix: 'copy1_' },
  ])
  const btf = readBtf(joined, 'joined')
  expect(btf.types).toHaveLength(1 + 2 * UNIT.length)
  const named = (name: string) => btf.types.filter((type) => 'name' in type && type.name === name)
  expect(
    ['first', 'copy1_first', 'table', 'copy1_table', 't0_node', 't1_node', 't1_nodes', 't1_colour', 'node'].map(
      (name) => named(name).length,
    ),
  ).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0])
  expect(named('t1_node')).toMatchObject([
    {
      members: [
        { name: 'next', type: 13 },
        { name: 'value', type: 11 },
      ],
    },
  ])
  const shapes = ['first', 'copy1_first'].map((name) =>
    named(name).map((type) => (type.kind === 'function' ? shapeOf(btf, type.prototype) : '')),
  )
  expect(shapes[1]).toEqual(shapes[0]?.map((shape) => shape.replaceAll('t0_', 't1_')))
  // Two types by one name could not be told apart by their prints, and would be compared in another way than a unit's are.
  expect(printBtf(joined)?.size).toBe(2 * NAMED)
})
