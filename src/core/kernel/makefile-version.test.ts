import { expect, test } from 'vitest'
import { makefileVersion } from './makefile-version.ts'

test('the version of kernel source stands at the top of its Makefile', () => {
  const top = '# SPDX-License-Identifier: GPL-2.0\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 192\nEXTRAVERSION =\nNAME = Curry Ramen\n'
  expect(makefileVersion(top)).toBe('6.1.192')
})

test('a Makefile without one says none', () => {
  expect(makefileVersion('KBUILD_VERSION = 6\nPATCHLEVEL = 1\n')).toBeUndefined()
})
