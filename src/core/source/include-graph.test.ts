import { expect, test } from 'vitest'
import { filesIncluding, parseIncludeLines } from './mod.ts'

const INCLUDES = parseIncludeLines(
  [
    'fs/a.c:#include <linux/fs.h>',
    'fs/b.c:# include "internal.h"',
    'fs/internal.h:#include <linux/mount.h>',
    'include/linux/fs.h:#include <linux/types.h>',
    'net/c.c:#include "../fs/internal.h"',
    'net/internal.h:#include <linux/net.h>',
    'net/d.c:#include "internal.h"',
    'no include line',
    '',
  ].join('\n'),
)

/** What lies beside an including file is taken first, as the compiler does. */
const HEADERS = new Set(['fs/internal.h', 'net/internal.h', 'include/linux/fs.h'])

test('a header reaches the units that include it, through other headers too', () => {
  expect([...filesIncluding(INCLUDES, ['include/linux/types.h'], HEADERS)].toSorted()).toEqual(['fs/a.c', 'include/linux/fs.h'])
})

test('a quoted header is the one beside its includer, not its namesake elsewhere', () => {
  expect([...filesIncluding(INCLUDES, ['fs/internal.h'], HEADERS)].toSorted()).toEqual(['fs/b.c', 'net/c.c'])
  expect(filesIncluding(INCLUDES, ['include/linux/unused.h'], HEADERS).size).toBe(0)
})

test('circles end', () => {
  const circle = parseIncludeLines('include/a.h:#include <b.h>\ninclude/b.h:#include <a.h>\nx.c:#include <b.h>')
  expect([...filesIncluding(circle, ['include/a.h'], new Set())].toSorted()).toEqual(['include/a.h', 'include/b.h', 'x.c'])
})
