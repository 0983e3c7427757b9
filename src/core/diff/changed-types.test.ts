import { expect, test } from 'vitest'
import { compileUnitText } from '../../../test/kit/unit-pair.ts'
import { readElf } from '../elf/mod.ts'
import { typesOf } from '../types/mod.ts'
import { changedTypes, leadsTo } from './mod.ts'

async function typesIn(text: string) {
  const unit = `${text}\nint check(struct a *a, struct b *b, enum e e, t n) { return a->x + b->a->y + e + n; }`
  const object = readElf(await compileUnitText(unit, '.', ['-gbtf']), 'unit.o')
  return typesOf(object)
}

const BASE = 'struct a { int x; char y; }; struct b { struct a *a; }; enum e { ONE, TWO }; typedef int t;'

test('a type is changed by its own members, values or meaning, not by what it points to', async () => {
  const before = await typesIn(BASE)
  const changed = async (text: string) => [...changedTypes(before, await typesIn(text))].toSorted()
  expect(await changed(BASE)).toEqual([])
  expect(await changed(BASE.replace('char y', 'char y, z'))).toEqual(['struct a'])
  expect(await changed(BASE.replace('int x', 'unsigned x'))).toEqual(['struct a'])
  expect(await changed(BASE.replace('TWO', 'TWO = 5'))).toEqual(['enum e'])
  expect(await changed(BASE.replace('typedef int', 'typedef long'))).toEqual(['typedef t'])
})

test('a type leads to what its members, pointers and parameters are made of, and what is not known may lead anywhere', async () => {
  const text = 'extern int plain(long count); int plain(long count) { return count; }\nint (*hook)(struct b *) = 0; struct a made;'
  const object = readElf(await compileUnitText(`${BASE}\n${text}\nint far(struct b *b) { return b->a->x; }`, '.', ['-gbtf']), 'unit.o')
  const leads = leadsTo(new Set(['struct a']), typesOf(object))
  expect(['plain', 'far', 'hook', 'made', 'elsewhere'].filter(leads)).toEqual(['far', 'hook', 'made', 'elsewhere'])
})
