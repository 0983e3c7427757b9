import { expect, test } from 'vitest'
import type { CorpusCase } from './corpus.ts'
import { selectCases } from './select.ts'

const cases = [
  { id: 'file:a.c', kind: 'file', class: 'functions', reach: 1 },
  { id: 'group:b.h', kind: 'group', class: 'types', reach: 4704 },
  { id: 'group:c.c', kind: 'group', class: 'types', reach: 2 },
  { id: 'whole', kind: 'whole', class: 'types', reach: 4705 },
] as readonly Partial<CorpusCase>[] as readonly CorpusCase[]

test.each<readonly [string, readonly string[], readonly string[], readonly string[]]>([
  ['all', [], ['file:a.c', 'group:c.c'], ['group:b.h', 'whole']],
  ['a kind', ['group'], ['group:c.c'], ['group:b.h']],
  ['a class', ['functions'], ['file:a.c'], []],
  ['a case by its id, however much it reaches', ['whole'], ['whole'], []],
])('of %s those are run that reach few units, and the others are told', (_, only, wanted, left) => {
  const selected = selectCases(cases, { only, maxReach: 150 })
  expect(selected.wanted.map(({ id }) => id)).toEqual(wanted)
  expect(selected.beyondReach).toEqual({
    maxReach: 150,
    cases: cases.filter(({ id }) => left.includes(id)).map(({ id, reach }) => ({ id, reach })),
  })
})
