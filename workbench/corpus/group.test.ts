import { expect, test } from 'vitest'
import { readConstructs } from './constructs.ts'
import { connectFiles, linkFile } from './group.ts'

const file = (path: string, older: string, newer: string) => linkFile(path, { older: readConstructs(older), newer: readConstructs(newer) })

test('a member, a prototype and a new function tie files together; what they merely have in common does not', () => {
  const files = [
    file('net/thing.h', 'struct thing {\n int first;\n};', 'struct thing {\n int first;\n u64 bytes_seen;\n};'),
    file('net/reader.c', 'int get(void)\n{\n return 0;\n}', 'int get(void)\n{\n return t->bytes_seen;\n}'),
    file('fs/api.h', 'int fs_do(int a);', 'int fs_do(int a, int b);'),
    file('fs/caller.c', 'void f(void)\n{\n fs_do(1);\n}', 'void f(void)\n{\n fs_do(1, 2);\n}'),
    file('mm/new.c', '', 'void *mm_fresh(void)\n{\n return 0;\n}'),
    file('mm/uses.c', 'void g(void)\n{\n}', 'void g(void)\n{\n mm_fresh();\n}'),
    file('lib/alone.c', 'static int err(void)\n{\n return 1;\n}', 'static int err(void)\n{\n return 2;\n}'),
    file('lib/other.c', 'static int err(void)\n{\n return 3;\n}', 'static int err(void)\n{\n return 4;\n}'),
  ]
  expect(connectFiles(files)).toEqual([
    ['fs/api.h', 'fs/caller.c'],
    ['mm/new.c', 'mm/uses.c'],
    ['net/reader.c', 'net/thing.h'],
  ])
})

test('a name that half of the update uses ties nothing', () => {
  const header = file('include/all.h', '', '#define DONE 1')
  const users = Array.from({ length: 40 }, (_, index) => file(`lib/${index}.c`, '', `static int f${index}(void)\n{\n return DONE;\n}`))
  expect(connectFiles([header, ...users])).toEqual([])
})
