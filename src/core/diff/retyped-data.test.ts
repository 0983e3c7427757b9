import { describe, expect, test } from 'vitest'
import { type RawBtfType, makeBtf } from '../../../test/kit/btf-specimen.ts'
import { makeElf } from '../../../test/kit/object-specimen.ts'
import { specialTables } from './special-sections.ts'
import { diffObjects } from './diff-objects.ts'

const INT: RawBtfType = { kind: 1, name: 'int', sizeOrType: 4, words: [32] }
const array = (element: number, count: number): RawBtfType => ({ kind: 3, words: [element, 1, count] })
const table = (type: number): RawBtfType => ({ kind: 14, name: 'table', sizeOrType: type, words: [1] })

/** A function that reads `table`, which has eight bytes; types 2 and 3 are `int [0]` and `int [2]`, 4 and 5 `long` and `long [1]`. */
function unit(variables: readonly RawBtfType[], code: number) {
  const LONG: RawBtfType = { kind: 1, name: 'long', sizeOrType: 8, words: [64] }
  return makeElf([
    { name: 'read_table', kind: 'function', bytes: [0x8b, 0x05, 0, 0, 0, 0, code], refs: [{ at: 2, to: 'table', type: 2 }] },
    { name: 'table', kind: 'data', bytes: [1, 0, 0, 0, 2, 0, 0, 0] },
    { name: 'types', kind: 'data', section: '.BTF', bytes: [...makeBtf([INT, array(1, 0), array(1, 2), LONG, array(4, 1), ...variables])] },
  ])
}

function codesOf(before: readonly RawBtfType[], after: readonly RawBtfType[]): string[] {
  const tables = specialTables(() => undefined)
  const diff = diffObjects({ unit: 'a.c', original: unit(before, 0x90), patched: unit(after, 0x91), tables })
  return diff.refusals.map(({ code }) => code)
}

describe('a variable that is declared and defined', () => {
  test('has the type of its definition, in whatever order the compiler writes them down', () => {
    expect(codesOf([table(2), table(3)], [table(3), table(2)])).not.toContain('data-retyped')
    expect(codesOf([table(3), table(2)], [table(2), table(3)])).not.toContain('data-retyped')
  })

  test('has another type when the definition has', () => {
    expect(codesOf([table(2), table(3)], [table(5), table(2)])).toContain('data-retyped')
    expect(codesOf([table(3)], [table(5)])).toContain('data-retyped')
  })
})
