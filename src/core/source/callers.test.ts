import { expect, test } from 'vitest'
import { callersInText } from './callers.ts'

const TEXT = `
/* small( of a comment */
static int small(int a)
{
	return a;
}
#define twice(a) \\
	(small(a) + small(a))
static int middle(int a)
{
	pr_debug("small(%d)", a);
	return twice(a);
}
SYSCALL_DEFINE1(outer, int, a)
{
	return middle(a);
}
static struct ops ops = { .call = small };
`

test('callers are functions and macros that name a function before a parenthesis', () => {
  const callers = callersInText(TEXT)
  expect(['small', 'twice', 'middle'].map((name) => (callers.get(name) ?? []).map((caller) => `${caller.name} ${caller.stem}`))).toEqual([
    ['twice twice'],
    ['middle middle'],
    ['SYSCALL_DEFINE1(outer) outer'],
  ])
})
