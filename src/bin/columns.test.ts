import { expect, test } from 'vitest'
import { formatColumns } from './columns.ts'

test('columns are as wide as their widest cell, and lines end without spaces', () => {
  expect(
    formatColumns([
      ['A', 'LONG', 'C'],
      ['aaa', 'b', ''],
      ['', '', 'c'],
    ]),
  ).toEqual(['A    LONG  C', 'aaa  b', '           c'])
})
