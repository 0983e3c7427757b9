import { expect, test } from 'vitest'
import { compileUnitText } from '../../../test/kit/unit-pair.ts'
import { findSection, readElf } from '../elf/mod.ts'
import { readBtf } from '../kernel/mod.ts'
import { changedTypes } from './mod.ts'

function typesOf(text: string) {
  const object = readElf(
    compileUnitText(`${text}\nint check(struct a *a, struct b *b, enum e e, t n) { return a->x + b->a->y + e + n; }`, '.', ['-gbtf']),
    'unit.o',
  )
  return readBtf(findSection(object, '.BTF')?.data ?? new Uint8Array(0), 'unit.o')
}

const BASE = 'struct a { int x; char y; }; struct b { struct a *a; }; enum e { ONE, TWO }; typedef int t;'

test('a type is changed by its own members, values or meaning, not by what it points to', () => {
  const changed = (text: string) => [...changedTypes(typesOf(BASE), typesOf(text))].toSorted()
  expect(changed(BASE)).toEqual([])
  expect(changed(BASE.replace('char y', 'char y, z'))).toEqual(['struct a'])
  expect(changed(BASE.replace('int x', 'unsigned x'))).toEqual(['struct a'])
  expect(changed(BASE.replace('TWO', 'TWO = 5'))).toEqual(['enum e'])
  expect(changed(BASE.replace('typedef int', 'typedef long'))).toEqual(['typedef t'])
})
