import { expect, test } from 'vitest'
import { holdersOf, parseInlining } from './inlining.ts'

test('what is inlined in turn is held by all on the way', () => {
  const text =
    'x.c:4:49: optimized:   Inlining a/1 into b/2 (always_inline).\nx.c:7:36: optimized:  Inlined b.isra.0/3 into c/5 which now has time 2\n'
  expect([...holdersOf(parseInlining(text), ['a'])]).toEqual(['a', 'b', 'c'])
})
