import { describe, expect, test } from 'vitest'
import { brief, changeOfSpecimen, reviewSpecimen } from '../../../test/kit/lint-specimen.ts'
import { findMissingState } from './missing-state.ts'
import { namesToLookUp } from './review.ts'

const said = (text: string, others: Readonly<Record<string, string>> = {}, path = 'fs/dlm/lowcomms.c') =>
  brief(reviewSpecimen({ path, text, others })).filter((line) => line.includes('state-numbered'))

/** As the connections of dlm are marked in Linux 6.1.190 and 6.1.192. */
const NUMBER = `struct connection {
	unsigned long flags;
-#define CF_CONNECTED 10
+#define CF_CONNECTED 9
};
`
const STORE = `
static void state_change(struct connection *con)
{
	if (!test_and_set_bit(CF_CONNECTED, &con->flags))
		queue(con);
}
`

test('a bit of a connection that old code has set and new code looks for elsewhere', () => {
  const what = 'it is 9, before 10, and objects keep it in flags: state_change stores it there, state_change tests it'
  expect(said(NUMBER + STORE)).toEqual([`stop state-numbered CF_CONNECTED: ${what}`])
  expect(findMissingState(changeOfSpecimen({ text: NUMBER + STORE })).map((one) => `${one.subject} ${one.what}`)).toEqual([
    `CF_CONNECTED ${what} (read off the text: a guess)`,
  ])
})

test('in a header: who stores and who tests it is looked for in other files, but not where the name is another macro', () => {
  const text = '-#define FOO_DEAD 2\n+#define FOO_DEAD 4'
  const store = 'void foo_kill(struct foo *foo)\n{\n	foo->state |= FOO_DEAD;\n}\n'
  const read = 'int foo_ok(struct foo *foo)\n{\n	return !(foo->state & (FOO_BUSY | FOO_DEAD));\n}\n'
  const path = 'include/net/foo.h'
  expect(namesToLookUp(changeOfSpecimen({ path, text }))).toContain('FOO_DEAD')
  expect(said(text, { 'net/a.c': store, 'net/b.c': read }, path)).toEqual([
    'stop state-numbered FOO_DEAD: it is 4, before 2, and objects keep it in state: foo_kill stores it there, foo_ok tests it',
  ])
  expect(said(text, { 'net/a.c': store, 'net/b.c': `#define FOO_DEAD 7\n${read}` }, path)).toEqual([])
})

describe('stored and tested', () => {
  const speaks = (store: string, read: string, number = '-#define FOO_DEAD 2\n+#define FOO_DEAD 4') =>
    said(`${number}\n\nvoid foo_kill(struct foo *foo)\n{\n	${store}\n}\n\nvoid foo_look(struct foo *foo)\n{\n	${read}\n}`).length
  const [STORES, READS] = ['foo->state = FOO_DEAD;', 'if (foo->state == FOO_DEAD) drop(foo);']

  test.each([
    STORES,
    'foo->state |= FOO_DEAD | FOO_BUSY;',
    'foo->state = gone ? FOO_DEAD : 0;',
    'foo->bar[i].state = (u8)FOO_DEAD;',
    'set_bit(FOO_DEAD, &foo->state);',
    'WRITE_ONCE(foo->state, FOO_DEAD);',
    'atomic_set(&foo->state, FOO_DEAD);',
    'struct foo made = { .state = FOO_DEAD, .size = 1 };',
    'foo->state |= 1 << FOO_DEAD;',
  ])('%s', (store) => {
    expect(speaks(store, READS)).toBe(1)
  })

  test.each([
    'if (foo->state & (FOO_BUSY | FOO_DEAD)) drop(foo);',
    'if (READ_ONCE(foo->state) != FOO_DEAD) use(foo);',
    'if (test_bit(FOO_DEAD, &foo->state)) drop(foo);',
    'while (!test_and_clear_bit(FOO_DEAD, &foo->state)) use(foo);',
    'switch (foo->state) {\n	case FOO_LIVE:\n		use(foo, 1);\n		break;\n	case FOO_DEAD:\n		drop(foo);\n	}',
  ])('%s', (read) => {
    expect(speaks(STORES, read)).toBe(1)
  })

  test.each([
    ['2', '0x4'],
    ['0x02UL', '4U'],
    ['(1 << 1)', 'BIT(2)'],
  ])('%s becomes %s', (was, is) => {
    expect(speaks(STORES, READS, `-#define FOO_DEAD ${was}\n+#define FOO_DEAD ${is} /* gone */`)).toBe(1)
  })

  test.each([
    ['2', '0x2'],
    ['(1 << 1)', 'BIT(1)'],
    ['2', 'FOO_LAST'],
    ['(FOO_LIVE + 1)', '4'],
  ])('%s becomes %s: nothing', (was, is) => {
    expect(speaks(STORES, READS, `-#define FOO_DEAD ${was}\n+#define FOO_DEAD ${is}`)).toBe(0)
  })

  test.each([
    ['another member is tested', STORES, 'if (foo->mode == FOO_DEAD) drop(foo);'],
    ['it is only taken away', 'foo->state &= ~FOO_DEAD;', READS],
    ['it is only compared', 'foo->size = foo->state == FOO_DEAD;', READS],
    ['it is only passed', 'foo->state = foo_next(foo, FOO_DEAD);', READS],
    ['nobody tests it', STORES, 'use(foo->state, FOO_DEAD);'],
    ['a name that begins alike', 'foo->state = FOO_DEADLINE;', READS],
  ])('%s: nothing', (_, store, read) => {
    expect(speaks(store, read)).toBe(0)
  })

  test('what is defined in two ways is left alone', () => {
    const number = '#ifdef A\n#define FOO_DEAD 8\n#else\n-#define FOO_DEAD 2\n+#define FOO_DEAD 4\n#endif'
    expect(speaks(STORES, READS, number)).toBe(0)
  })
})
