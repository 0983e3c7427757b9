import { describe, expect, test } from 'vitest'
import { changedPlaces } from './changed-places.ts'
import { findFunctions } from './functions.ts'
import { holdersOf, parseInlining } from './inlining.ts'

const names = (text: string) => findFunctions(text.split('\n')).map(({ name, from, to }) => `${name} ${from}-${to}`)

describe('a function in the source', () => {
  test.each([
    ['static int __printf(2, 3)\nwarn(int a, const char *b, ...)\n{\n\treturn a;\n}', ['warn 1-5']],
    ['struct a *find(struct b *b)\n\t__acquires(b->lock)\n{\n\tif (b) {\n\t}\n}', ['find 1-6']],
    ['SYSCALL_DEFINE2(dup2, int, a, int, b)\n{\n}', ['SYSCALL_DEFINE2(dup2) 1-3']],
    ['static inline int one(void) { return 1; }\nint two(void)\n{\n}', ['one 1-1', 'two 2-4']],
    ['struct a {\n\tint (*open)(void);\n};\nstatic struct b c = {\n\t.d = e(1),\n};\nenum f { G };\nint h(void)\n{\n}', ['h 8-10']],
    ['int a(void)\n{\n#ifdef B\n\tif (c) {\n#else\n\tif (d) {\n#endif\n\t}\n}\nint e(void)\n{\n}', ['a 1-9', 'e 10-12']],
    ['#ifdef A\nint b(int c)\n{\n}\n#else\nint b(int c)\n{\n}\n#endif', ['b 2-4', 'b 6-8']],
    ["#define LOOP(a) \\\n\tfor (;;) {\nint b(void)\n{\n\t/* } { */\n\tchar c = '}';\n}", ['b 3-7']],
    ['TRACE_EVENT(a,\n\tTP_fast_assign(\n\t\tif (b) { c(); }\n\t)\n);\nint d(void)\n{\n}', ['d 6-8']],
    ['int old(a)\n\tint a;\n{\n}\nint new(int a)\n{\n}', ['new 5-7']],
  ])('%#', (text, expected) => expect(names(text)).toEqual(expected))
})

test('a change is told by the functions of both sides, and by its lines where there is none', () => {
  const original = ['struct a {', '};', 'int gone(void)', '{', '\treturn 1;', '}', 'int kept(void)', '{', '\treturn 2;', '}']
  const line = (number: number) => ({ text: original[number - 1] ?? '', original: number })
  const fresh = (text: string) => ({ text, original: undefined })
  const patched = [
    line(1),
    fresh('\tint b;'),
    line(2),
    line(7),
    line(8),
    fresh('\treturn 3;'),
    line(10),
    fresh('int new(void)'),
    fresh('{'),
    fresh('}'),
  ]
  expect(changedPlaces('x.c', original, patched).map((place) => [place.function?.name, place.from, place.to])).toEqual([
    [undefined, 1, 1],
    ['gone', 3, 6],
    ['kept', 9, 9],
    ['new', 10, 10],
  ])
})

test('what is inlined in turn is held by all on the way', () => {
  const text =
    'x.c:4:49: optimized:   Inlining a/1 into b/2 (always_inline).\nx.c:7:36: optimized:  Inlined b.isra.0/3 into c/5 which now has time 2\n'
  expect([...holdersOf(parseInlining(text), ['a'])]).toEqual(['a', 'b', 'c'])
})
