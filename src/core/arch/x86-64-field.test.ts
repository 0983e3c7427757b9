import { describe, expect, test } from 'vitest'
import { fieldUse } from './x86-64-field.ts'

describe('what an instruction does with the address in its field:', () => {
  test.each([
    ['mov 0x0(%rip),%eax', [0x8b, 0x05, 0, 0, 0, 0], 2, { access: 'read', isIndexed: false, sizeBytes: 4 }],
    ['cmpl $0x5,0x0(%rip)', [0x83, 0x3d, 0, 0, 0, 0, 5], 2, { access: 'read', isIndexed: false, sizeBytes: 4 }],
    ['mov %rax,0x0(%rip)', [0x48, 0x89, 0x05, 0, 0, 0, 0], 3, { access: 'write', isIndexed: false, sizeBytes: 8 }],
    ['lock incl 0x0(%rip)', [0xf0, 0xff, 0x05, 0, 0, 0, 0], 3, { access: 'write', isIndexed: false, sizeBytes: 4 }],
    ['mov $0x0,%rdi', [0x48, 0xc7, 0xc7, 0, 0, 0, 0], 3, { access: 'address', isIndexed: false, sizeBytes: 0 }],
    ['lea 0x0(%rip),%rdi', [0x48, 0x8d, 0x3d, 0, 0, 0, 0], 3, { access: 'address', isIndexed: false, sizeBytes: 0 }],
    ['movq $0x0,0x8(%rdi)', [0x48, 0xc7, 0x47, 0x08, 0, 0, 0, 0], 4, { access: 'address', isIndexed: false, sizeBytes: 0 }],
    ['mov 0x0(,%rax,8),%rax', [0x48, 0x8b, 0x04, 0xc5, 0, 0, 0, 0], 4, { access: 'read', isIndexed: true, sizeBytes: 8 }],
    ['call *0x0(%rip)', [0xff, 0x15, 0, 0, 0, 0], 2, { access: 'read', isIndexed: false, sizeBytes: 8 }],
    ['push 0x0(%rip)', [0xff, 0x35, 0, 0, 0, 0], 2, { access: 'read', isIndexed: false, sizeBytes: 8 }],
  ] as const)('%s', (_, bytes, at, use) => {
    expect(fieldUse(Uint8Array.from(bytes), at)).toEqual(use)
  })
})
