import { expect, test } from 'vitest'
import { isThisFix } from './derive.ts'

const ADDS = [/>= FL_MAX_PER_SOCK/, /err = -ENOBUFS;/]

test.each([
  ['all of it is added', '+++ b/x.c\n+\tif (n >= FL_MAX_PER_SOCK)\n+\t\terr = -ENOBUFS;\n', true],
  ['nothing differs', '', false],
  ['a part is only context', '+++ b/x.c\n \tif (n >= FL_MAX_PER_SOCK)\n+\t\terr = -ENOBUFS;\n', false],
  ['it is taken away', '+++ b/x.c\n-\tif (n >= FL_MAX_PER_SOCK)\n-\t\terr = -ENOBUFS;\n', false],
])('a difference is a fix that we know or not: %s', (_, diff, expected) => {
  expect(isThisFix(diff, ADDS)).toBe(expected)
})
