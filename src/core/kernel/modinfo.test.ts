import { expect, test } from 'vitest'
import { bytesFromLatin1 } from '../base/mod.ts'
import { formatModinfo, modinfoValue, modinfoValues, parseModinfo } from './modinfo.ts'

test('a key may come many times, and padding between entries is nothing', () => {
  const modinfo = parseModinfo(bytesFromLatin1('license=GPL\0\0\0import_ns=A\0import_ns=B\0vermagic=6.1 SMP \0'))
  expect(modinfoValues(modinfo, 'import_ns')).toEqual(['A', 'B'])
  expect(modinfoValue(modinfo, 'vermagic')).toBe('6.1 SMP ')
  expect(modinfoValue(modinfo, 'srcversion')).toBeUndefined()
  expect(formatModinfo(modinfo)).toBe('license=GPL\0import_ns=A\0import_ns=B\0vermagic=6.1 SMP \0')
})
