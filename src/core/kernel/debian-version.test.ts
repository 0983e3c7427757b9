import { expect, test } from 'vitest'
import { compareDebianVersions } from './debian-version.ts'

test.each([
  ['6.1.190-1', '6.1.192-2'],
  ['6.1.99-1', '6.1.100-1'],
  ['6.12.117-1~deb12u1', '6.12.117-1'],
  ['6.1.192-1', '6.1.192-2'],
  ['9.9-9', '1:0.1-1'],
  ['1.0', '1.0a'],
  ['1.0~rc1-1', '1.0-1'],
  ['1.0-1', '1.0-1+b1'],
])('%s is older than %s', (older, newer) => {
  expect(compareDebianVersions(older, newer)).toBeLessThan(0)
  expect(compareDebianVersions(newer, older)).toBeGreaterThan(0)
})

test('a version equals itself, whatever zeros lead its numbers', () => {
  expect(compareDebianVersions('6.1.190-1', '6.1.190-1')).toBe(0)
  expect(compareDebianVersions('6.01-1', '6.1-1')).toBe(0)
})
