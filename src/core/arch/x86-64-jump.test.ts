import { expect, test } from 'vitest'
import { endOfNops, readJump } from './mod.ts'

test.each([
  ['jmp, short', [0xeb, 0xfe], { condition: undefined, length: 2, target: 1, isShort: true }],
  ['jmp, near', [0xe9, 0x00, 0x01, 0x00, 0x00], { condition: undefined, length: 5, target: 0x106, isShort: false }],
  ['je, short', [0x74, 0x10], { condition: 4, length: 2, target: 0x13, isShort: true }],
  ['je, near', [0x0f, 0x84, 0xfa, 0xff, 0xff, 0xff], { condition: 4, length: 6, target: 1, isShort: false }],
  ['call', [0xe8, 0, 0, 0, 0], undefined],
  ['setne', [0x0f, 0x95, 0xc0], undefined],
  ['a jump that is cut off', [0xe9, 0, 0], undefined],
])('a jump is read: %s', (_, code, jump) => {
  expect(readJump(Uint8Array.of(0x90, ...code), 1)).toEqual(jump)
})

test.each([
  ['one byte', [0x90]],
  ['two', [0x66, 0x90]],
  ['four', [0x0f, 0x1f, 0x40, 0x00]],
  ['seven', [0x0f, 0x1f, 0x80, 0, 0, 0, 0]],
  ['ten', [0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0]],
  ['five, and three', [0x0f, 0x1f, 0x44, 0, 0, 0x0f, 0x1f, 0]],
])('what fills up is passed over: %s', (_, nops) => {
  expect(endOfNops(Uint8Array.of(0xc3, ...nops, 0xc3), 1)).toBe(1 + nops.length)
})

test('what does something is not: pause', () => {
  expect(endOfNops(Uint8Array.of(0xf3, 0x90), 0)).toBe(0)
})
