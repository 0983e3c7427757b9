import { expect, test } from 'vitest'
import { brief, reviewSpecimen } from '../../../test/kit/lint-specimen.ts'

const said = (text: string) => brief(reviewSpecimen(text)).filter((line) => line.includes('argument-meaning'))

const zero = (more = '') => `static void foo_zero(struct foo *foo, u64 start, u64 len)
{
-	clear(foo, start, start + len);
+	clear(foo, start, len + 1);
${more}}

static void foo_drop(struct foo *foo)
{
-	foo_zero(foo, start, size);
+	foo_zero(foo, start, start + size);
}
`
const TURN = 'careful argument-meaning foo_zero: its parameter len gets start+size now, before size'

test('who calls it by a pointer passes what it passed before', () => {
  expect(said(`${zero()}\nstatic const struct foo_ops foo_ops = {\n	.zero = foo_zero,\n};`)).toEqual([
    `${TURN}; its address is kept at net/foo.c:12`,
  ])
})

test('what it has stored has the old meaning, and is read for as long as the object lives', () => {
  expect(said(zero('	foo->cleared = len;\n'))).toEqual([`${TURN}; it is stored in foo->cleared`])
  expect(said(zero('	foo->cleared = start;\n'))).toEqual([])
})
