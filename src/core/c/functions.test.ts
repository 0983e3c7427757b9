import { describe, expect, test } from 'vitest'
import { findFunctions } from './mod.ts'

const names = (text: string) => findFunctions(text.split('\n')).map(({ name, from, to }) => `${name} ${from}-${to}`)

describe('a function in the source', () => {
  test.each([
    ['static int __printf(2, 3)\nwarn(int a, const char *b, ...)\n{\n\treturn a;\n}', ['warn 1-5']],
    ['struct a *find(struct b *b)\n\t__acquires(b->lock)\n{\n\tif (b) {\n\t}\n}', ['find 1-6']],
    ['int a(void)\n{\n};\nstruct b *NFS_B(struct c *d)\n{\n}', ['a 1-3', 'NFS_B 4-6']],
    ['A_CALL(a, b)\nint c(void)\n{\n}', ['c 2-4']],
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
