import { expect, test } from 'vitest'
import { R_X86_64, formatInstruction, loadInsteadOfImmediate } from './mod.ts'

const IMMEDIATE = [0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01]

test.each([
  ['rax', [0x48, 0xb8]],
  ['rcx', [0x48, 0xb9]],
  ['rsi', [0x48, 0xbe]],
  ['r8', [0x49, 0xb8]],
  ['r15', [0x49, 0xbf]],
])('a constant moved into %s becomes a load into it of the same length', (register, opcode) => {
  const code = Uint8Array.of(0x90, ...opcode, ...IMMEDIATE)
  expect(formatInstruction(code.subarray(1), 0n)).toBe(`movabs $0x123456789ABCDEF,%${register}`)
  const load = loadInsteadOfImmediate(code, 3)
  expect(load).toMatchObject({ at: 1, fieldAt: 3, type: R_X86_64.PC32 })
  expect(load?.bytes.length).toBe(2 + IMMEDIATE.length)
  expect(formatInstruction(load?.bytes ?? code, 0n)).toBe(`mov 7,%${register}`)
  expect(formatInstruction(load?.bytes.subarray(7) ?? code, 0n)).toMatch(/^nopl? /)
})

test('nothing else is taken for such a constant', () => {
  for (const opcode of [[0x48, 0xc7], [0x40, 0xb8], [0xb8]]) {
    expect(loadInsteadOfImmediate(Uint8Array.of(...opcode, ...IMMEDIATE), opcode.length)).toBe(undefined)
  }
})
