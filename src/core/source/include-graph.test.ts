import { expect, test } from 'vitest'
import { parseIncludeLines, reachFinder } from './mod.ts'

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
  expect([...reachFinder(INCLUDES, HEADERS)(['include/linux/types.h'])].toSorted()).toEqual(['fs/a.c', 'include/linux/fs.h'])
})

test('a quoted header is the one beside its includer, not its namesake elsewhere', () => {
  expect([...reachFinder(INCLUDES, HEADERS)(['fs/internal.h'])].toSorted()).toEqual(['fs/b.c', 'net/c.c'])
  expect(reachFinder(INCLUDES, HEADERS)(['include/linux/unused.h']).size).toBe(0)
})

test('a name may turn round on its way', () => {
  const turning = parseIncludeLines('drivers/d.c:#include <asm/../../fs/internal.h>')
  expect([...reachFinder(turning, HEADERS)(['arch/x86/fs/internal.h'])]).toEqual(['drivers/d.c'])
})

test('circles end', () => {
  const circle = parseIncludeLines('include/a.h:#include <b.h>\ninclude/b.h:#include <a.h>\nx.c:#include <b.h>')
  expect([...reachFinder(circle, new Set())(['include/a.h'])].toSorted()).toEqual(['include/a.h', 'include/b.h', 'x.c'])
})
