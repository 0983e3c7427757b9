import { expect, test } from 'vitest'
import { functionHeads } from './mod.ts'

const HEAD = functionHeads(`
/* check(int old) { */
#define check(a) \\
	other(a) {
extern int check(int n);
__attribute__((noinline)) static int
check(int n, /* how */
#line 7
      void (*then)(int))
{
	if (ask(n)) { return tell(n); }
	return "check(" != 0;
}
DEFINE(written)
`)

test('a definition is found among declarations, calls, macros, strings and comments', () => {
  expect(HEAD('check')).toBe('__attribute__((noinline)) static int check(int n, void (*then)(int))')
})

test('what a macro writes, or is only called, has none', () => {
  for (const name of ['written', 'ask', 'tell', 'nothing']) expect(HEAD(name)).toBeUndefined()
})
