import { expect, test } from 'vitest'
import { compareTrees, formatFileDigests, parseFileDigests } from './compare-trees.ts'

const tree = (files: Record<string, string>) => new Map(Object.entries(files))

test('two trees differ in what either has alone and in what both have with other content', () => {
  const older = tree({ 'fs/exec.c': 'a1', 'fs/gone.c': 'b1', Makefile: 'c1', 'mm/moved.c': 'd1' })
  const newer = tree({ Makefile: 'c2', 'fs/exec.c': 'a1', 'fs/new.c': 'e1', 'mm/here.c': 'd1' })
  expect(compareTrees(older, newer)).toEqual([
    { path: 'Makefile', kind: 'modified' },
    { path: 'fs/gone.c', kind: 'deleted' },
    { path: 'fs/new.c', kind: 'created' },
    { path: 'mm/here.c', kind: 'created' },
    { path: 'mm/moved.c', kind: 'deleted' },
  ])
  expect(compareTrees(older, older)).toEqual([])
})

test('the list of a tree reads as it was written, names with blanks too', () => {
  const digests = tree({ 'fs/exec.c': 'a1', 'a name  with blanks': 'b2' })
  expect(parseFileDigests(formatFileDigests(digests))).toEqual(digests)
})
