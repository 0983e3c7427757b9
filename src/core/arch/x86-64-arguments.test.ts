import { describe, expect, test } from 'vitest'
import { constantArguments } from './x86-64-arguments.ts'

const CALL = [0xe8, 0, 0, 0, 0]

describe('constants that are passed:', () => {
  test.each([
    ['mov $0x40,%edi; call', [0xbf, 0x40, 0, 0, 0, ...CALL], 6, [[0, 0x40]]],
    ['mov $0x40,%rdi; call', [0x48, 0xc7, 0xc7, 0x40, 0, 0, 0, ...CALL], 8, [[0, 0x40]]],
    [
      'mov $0x40,%edx; mov $1,%esi; a jump to another function',
      [0xba, 0x40, 0, 0, 0, 0xbe, 1, 0, 0, 0, 0xe9, 0, 0, 0, 0],
      11,
      [
        [1, 1],
        [2, 0x40],
      ],
    ],
    ['mov $0x40,%edi; mov %rax,%rdi; call', [0xbf, 0x40, 0, 0, 0, 0x48, 0x89, 0xc7, ...CALL], 9, []],
    ['mov $0x40,%edi; call; call', [0xbf, 0x40, 0, 0, 0, ...CALL, ...CALL], 11, []],
    ['je over mov $0x40,%edi; call', [0x74, 5, 0xbf, 0x40, 0, 0, 0, ...CALL], 8, []],
  ] as const)('%s', (_, bytes, field, passed) => {
    expect([...(constantArguments(Uint8Array.from(bytes), new Set()).get(field) ?? [])].toSorted(([a], [b]) => a - b)).toEqual(passed)
  })

  test('an address is none', () => {
    const code = Uint8Array.from([0xbf, 0, 0, 0, 0, ...CALL])
    expect([...(constantArguments(code, new Set([1])).get(6) ?? [])]).toEqual([])
  })
})
