import { describe, expect, test } from 'vitest'
import { readCFile } from './mod.ts'

describe('the top level of a C file', () => {
  test.each([
    ['static int add(int a,\n\t       int b)\n{\n\treturn a + b;\n}', 'function add'],
    ['__printf(1, 2) void say(const char *fmt, ...)\n{\n}', 'function say'],
    ['SYSCALL_DEFINE2(dup2, unsigned int, a, unsigned int, b)\n{\n}', 'function __do_sys_dup2'],
    ['BPF_CALL_2(bpf_get_one, u32, a, u32, b)\n{\n}', 'function bpf_get_one'],
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
    ['static DEFINE_MUTEX(lock);', 'invocation DEFINE_MUTEX(lock)'],
    ['static DEFINE_PER_CPU(port_t [NR_IPIS], ports) = {[0 ... NR_IPIS-1] = 0};', 'data ports'],
    ['static DEFINE_PER_CPU(struct pair, pairs);', 'data pairs'],
    ['DEFINE_PER_CPU_SHARED_ALIGNED(int (*)(int, int), handler);', 'data handler'],
    ['DECLARE_PER_CPU(port_t [NR_IPIS], ports);', 'data ports'],
    ['DEFINE_EARLY_PER_CPU(u16, ids, NO_ID);', 'data ids'],
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

  test('only what runs once is init code: memory may be added at any time', () => {
    const text = 'int __init a(void)\n{\n}\nint __exit b(void)\n{\n}\nint __meminit c(void)\n{\n}'
    expect(readCFile(text).regions.map(({ isInit }) => isInit)).toEqual([true, true, false])
  })

  test('a function is static by its head, not by a variable in it', () => {
    const text = 'int a(void)\n{\n\tstatic int calls;\n}\nstatic int b(void)\n{\n}\nstatic DEFINE_MUTEX(c);'
    expect(readCFile(text).regions.map(({ isStatic }) => isStatic)).toEqual([false, true, true])
  })

  test('an enum defines its members, a macro its name', () => {
    expect(readCFile('enum colour {\n\tRED,\n\tBLUE = 3,\n\tGREEN\n};').regions[0]?.names).toEqual(['colour', 'RED', 'BLUE', 'GREEN'])
    expect(readCFile('enum colour {\n\tRED = FIRST,\n\tBLUE = RED << SHIFT,\n};').regions[0]?.names).toEqual(['colour', 'RED', 'BLUE'])
  })
})
