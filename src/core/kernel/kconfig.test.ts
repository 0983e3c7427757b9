import { expect, test } from 'vitest'
import { isBuiltIn, parseKconfig } from './kconfig.ts'

test('options are read with their quotes removed; those not set are absent', () => {
  const config = parseKconfig('# CONFIG_A is not set\nCONFIG_B=y\nCONFIG_C=m\nCONFIG_TEXT="gcc-12 (Debian \\"x\\")"\nCONFIG_N=0x10\n')
  expect([...config]).toEqual([
    ['B', 'y'],
    ['C', 'm'],
    ['TEXT', 'gcc-12 (Debian "x")'],
    ['N', '0x10'],
  ])
  expect(isBuiltIn(config, 'B')).toBe(true)
  expect(isBuiltIn(config, 'C')).toBe(false)
})
