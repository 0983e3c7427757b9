import { describe, expect, test } from 'vitest'
import { editedFile } from '../../../test/kit/edited-file.ts'
import { composeLines, readCFile } from './mod.ts'

const shown = (lines: string) =>
  editedFile('fs/a.c', lines).atoms.map(
    (atom) =>
      `${atom.isCode ? '' : 'comment '}${atom.items.map(({ region, change }) => `${change} ${region.kind} ${region.name}`).join(' + ')}`,
  )

describe('the top level of a C file', () => {
  test.each([
    ['static int add(int a,\n\t       int b)\n{\n\treturn a + b;\n}', 'function add'],
    ['__printf(1, 2) void say(const char *fmt, ...)\n{\n}', 'function say'],
    ['SYSCALL_DEFINE2(dup2, unsigned int, a, unsigned int, b)\n{\n}', 'function __do_sys_dup2'],
    ['int add(int a, int b);', 'prototype add'],
    ['extern __must_check int add(int a);', 'prototype add'],
    ['struct pair {\n\tint a;\n\tint b;\n};', 'type pair'],
    ['typedef struct {\n\tint a;\n} pair_t;', 'type pair_t'],
    ['enum colour {\n\tRED,\n\tBLUE = 3,\n};', 'enum colour'],
    ['static const struct ops ops = {\n\t.open = f_open,\n};', 'data ops'],
    ['static int table[] = { 1, 2 };', 'data table'],
    ['unsigned long count;', 'data count'],
    ['#define ADD(a, b) \\\n\t((a) + (b))', 'macro ADD'],
    ['#include <linux/fs.h>', 'include linux/fs.h'],
    ['EXPORT_SYMBOL(add);', 'invocation EXPORT_SYMBOL(add)'],
    ['DEFINE_MUTEX(lock);', 'invocation DEFINE_MUTEX(lock)'],
  ])('%s is %s', (text, expected) => {
    expect(readCFile(text).regions.map(({ kind, name }) => `${kind} ${name}`)).toEqual([expected])
  })

  test('a macro call without a semicolon ends before what follows', () => {
    expect(readCFile('module_init(start)\nstatic int x;').regions.map(({ name }) => name)).toEqual(['module_init(start)', 'x'])
  })

  test('braces that a conditional leaves open end at the first column', () => {
    const text = 'int f(void)\n{\n#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t}\n}\nint g(void)\n{\n}'
    expect(readCFile(text).regions.map(({ name, end }) => `${name} ${end}`)).toEqual(['f 9', 'g 12'])
  })

  test('an empty function whose braces end its last line ends there', () => {
    const text =
      'static inline void f(int a,\n\t\t     int b) {}\nstatic inline int g(int a,\n\t\t    int b) { return 0; }\nint h(void)\n{\n}'
    expect(readCFile(text).regions.map(({ name, end }) => `${name} ${end}`)).toEqual(['f 2', 'g 4', 'h 7'])
  })

  test('an enum defines its members, a macro its name', () => {
    expect(readCFile('enum colour {\n\tRED,\n\tBLUE = 3,\n\tGREEN\n};').regions[0]?.names).toEqual(['colour', 'RED', 'BLUE', 'GREEN'])
  })
})

describe('the edits of a file', () => {
  test('fall apart by the items that they touch', () => {
    const lines = `
int f(int a)
{
-	return a;
+	return a + 1;
}

-int g(int a)
+int g(long a)
{
	return 2;
}
+int h(void)
+{
+	return 3;
+}`
    expect(shown(lines)).toEqual(['body function f', 'interface function g', 'new function h'])
  })

  test('that touch one item are one, wherever they stand in it', () => {
    expect(shown('int f(void)\n{\n-\tint a;\n+\tint b;\n\tg();\n-\treturn a;\n+\treturn b;\n}')).toEqual(['body function f'])
  })

  test('that span two items hold them together', () => {
    expect(shown('int f(void)\n{\n-\treturn 1;\n-}\n-int g(void)\n-{\n+\treturn 2;\n}')).toEqual(['body function f + removed function g'])
  })

  test('that touch comments and blanks alone are no code', () => {
    expect(shown('int f(void)\n{\n-\t/* one */\n+\t/* two */\n\treturn 1;\n}')).toEqual(['comment body function f'])
  })

  test('make the newer file when all are made, and the older one when none is', () => {
    const file = editedFile('a.c', 'int a;\n-int b;\n+int c;\n+int d;\nint e;\n-int f;\nint g;\n+int h;')
    const edits = file.atoms.flatMap((atom) => atom.edits)
    expect(composeLines(file.before.lines, edits).map(({ text }) => text)).toEqual(file.after.lines)
    expect(composeLines(file.before.lines, []).map(({ text }) => text)).toEqual(file.before.lines)
    expect(composeLines(file.before.lines, edits).map(({ original }) => original)).toEqual([1, undefined, undefined, 3, 5, undefined])
  })
})
