import { expect, test } from 'vitest'
import { isSigned, joinSignature, splitSignature } from './module-signature.ts'

const MODULE = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46)
const MESSAGE = Uint8Array.of(1, 2, 3)

test('what is joined is signed, and comes apart again', () => {
  const signed = joinSignature(MODULE, MESSAGE)
  expect([isSigned(MODULE), isSigned(signed)]).toEqual([false, true])
  expect(splitSignature(signed, 'a.ko')).toEqual({ content: MODULE, signature: MESSAGE })
  expect(splitSignature(MODULE, 'a.ko')).toEqual({ content: MODULE, signature: undefined })
})

test.each([
  ['the size of its message is larger than the file', (bytes: Uint8Array) => bytes.fill(0xff, bytes.length - 32, bytes.length - 28)],
  ['it is of an older form', (bytes: Uint8Array) => bytes.fill(0, bytes.length - 38, bytes.length - 37)],
  ['there is nothing before its last line', (bytes: Uint8Array) => bytes.subarray(bytes.length - 28)],
])('a file is refused when %s', (_, damage) => {
  expect(() => splitSignature(damage(joinSignature(MODULE, MESSAGE)), 'a.ko')).toThrow('Cannot read the signature of this module')
})
