import { describe, expect, test } from 'vitest'
import { followAddress, isAddressKept } from './x86-64-kept.ts'

const LOAD = [0x48, 0xc7, 0xc0, 0, 0, 0, 0] // mov $address,%rax

describe('whether an address is kept by', () => {
  test.each([
    ['movq $address,0x8(%rdi)', [0x48, 0xc7, 0x47, 8, 0, 0, 0, 0], 4, true],
    ['movq $address,0x8(%rsp)', [0x48, 0xc7, 0x44, 0x24, 8, 0, 0, 0, 0], 5, false],
    ['cmp $address,%rax', [0x48, 0x3d, 0, 0, 0, 0], 2, true],
    ['cmp address(%rip),%rax', [0x48, 0x3b, 0x05, 0, 0, 0, 0], 3, false],
    ['a load; mov %rax,(%rdi)', [...LOAD, 0x48, 0x89, 0x07], 3, true],
    ['a load; mov %rax,(%rsp)', [...LOAD, 0x48, 0x89, 0x04, 0x24], 3, false],
    ['a load; mov (%rax),%rax; mov %rax,(%rdi)', [...LOAD, 0x48, 0x8b, 0x00, 0x48, 0x89, 0x07], 3, false],
    ['a load; call; mov %rax,(%rdi)', [...LOAD, 0xe8, 0, 0, 0, 0, 0x48, 0x89, 0x07], 3, false],
    ['a load; cmp %rax,(%rdi)', [...LOAD, 0x48, 0x39, 0x07], 3, true],
    ['a load; cmp %rax,%rdx', [...LOAD, 0x48, 0x39, 0xc2], 3, false],
    ['a load; cmove %rax,%rdx; mov %rdx,(%rdi)', [...LOAD, 0x48, 0x0f, 0x44, 0xd0, 0x48, 0x89, 0x17], 3, true],
    ['a load; cmove %rdx,%rax; mov %rax,(%rdi)', [...LOAD, 0x48, 0x0f, 0x44, 0xc2, 0x48, 0x89, 0x07], 3, true],
    ['a load; add $0x10,%rax; mov %rax,(%rdi)', [...LOAD, 0x48, 0x83, 0xc0, 0x10, 0x48, 0x89, 0x07], 3, true],
    ['a load; a jump over mov $1,%eax; mov %rax,(%rdi)', [...LOAD, 0xeb, 5, 0xb8, 1, 0, 0, 0, 0x48, 0x89, 0x07], 3, true],
    ['a load; a jump elsewhere, before mov %rax,(%rdi)', [...LOAD, 0xe9, 0, 0, 0, 0, 0x48, 0x89, 0x07], 3, false],
    ['lea address(%rip),%rax; mov %rax,(%rdi)', [0x48, 0x8d, 0x05, 0, 0, 0, 0, 0x48, 0x89, 0x07], 3, true],
    ['a loop without end', [...LOAD, 0xeb, 0xfe], 3, false],
  ] as const)('%s', (_, bytes, at, isKept) => {
    expect(isAddressKept(Uint8Array.from(bytes), 0, at)).toBe(isKept)
  })
})

describe('what becomes of an address:', () => {
  const STORE = [0x48, 0x89, 0x07] // mov %rax,(%rdi)
  test.each([
    ['movq $address,0x8(%rdi)', [0x48, 0xc7, 0x47, 8, 0, 0, 0, 0], 4, ['stored']],
    ['movq $address,0x8(%rsp)', [0x48, 0xc7, 0x44, 0x24, 8, 0, 0, 0, 0], 5, ['framed']],
    ['push $address', [0x68, 0, 0, 0, 0], 1, ['framed']],
    ['cmp $address,%rax', [0x48, 0x3d, 0, 0, 0, 0], 2, ['compared']],
    ['sub $address,%rax', [0x48, 0x2d, 0, 0, 0, 0], 2, ['subtracted']],
    ['mov address(%rip),%rax; mov %rax,(%rdi)', [0x48, 0x8b, 0x05, 0, 0, 0, 0, ...STORE], 3, []],
    ['call *address(,%rax,8)', [0xff, 0x14, 0xc5, 0, 0, 0, 0], 3, []],
    ['a load; mov (%rax),%rax; mov %rax,(%rdi)', [...LOAD, 0x48, 0x8b, 0x00, ...STORE], 3, []],
    ['a load; mov %rax,(%rdi); ret', [...LOAD, ...STORE, 0xc3], 3, ['stored', 'returned']],
    ['a load; mov %rax,%rsi; call', [...LOAD, 0x48, 0x89, 0xc6, 0xe8, 0, 0, 0, 0], 3, ['passed argument']],
    ['a load; call *%rax', [...LOAD, 0xff, 0xd0], 3, ['passed']],
    ['a load; mov %rax,%rdi; a jump to another function', [...LOAD, 0x48, 0x89, 0xc7, 0xe9, 0, 0, 0, 0], 3, ['passed argument']],
    ['a load; mov %rax,%rdi; mov $1,%edi; call', [...LOAD, 0x48, 0x89, 0xc7, 0xbf, 1, 0, 0, 0, 0xe8, 0, 0, 0, 0], 3, ['passed']],
    ['imul $address,%rax,%rax', [0x48, 0x69, 0xc0, 0, 0, 0, 0], 3, ['unclear']],
  ] as const)('%s', (_, bytes, at, becomes) => {
    const uses = [...followAddress(Uint8Array.from(bytes), 0, at)]
    expect(uses.map(({ how, isArgument }) => (isArgument ? `${how} argument` : how))).toEqual(becomes)
  })
})
