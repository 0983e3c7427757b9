import { expect, test } from 'vitest'
import { type Piece, makeElf } from '../../../test/kit/object-specimen.ts'
import { diffObjects } from '../../core/diff/mod.ts'
import { checkSetData } from './author-part.ts'

const diffOf = (setData: readonly string[], patched: readonly number[]) => {
  const limit = (bytes: readonly number[]): Piece => ({ name: 'limit', kind: 'data', bytes })
  return diffObjects({ unit: 'a.c', original: makeElf([limit([3, 0])]), patched: makeElf([limit(patched)]), tables: [], setData })
}

test.each([
  ['limit', [4, 0]],
  ['a.c:limit', [4, 0]],
  ['limit', [4, 0, 0, 0]], // resized: refused with its own reason
])('--set-data %s is found', (name, patched) => {
  expect(() => checkSetData([name], [diffOf([name], patched)])).not.toThrow()
})

test.each([
  ['limits', [4, 0]],
  ['b.c:limit', [3, 0]],
  ['limit', [3, 0]],
])('--set-data %s that changes nothing ends in a fault', (name, patched) => {
  expect(() => checkSetData([name], [diffOf([name], patched)])).toThrow(expect.objectContaining({ code: 'usage/set-data' }) as Error)
})
