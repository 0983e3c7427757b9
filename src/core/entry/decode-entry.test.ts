import { describe, expect, test } from 'vitest'
import { decodeEntry } from './decode-entry.ts'

const AT = 0xffffffff81001000n
const NOP = [0x0f, 0x1f, 0x44, 0x00, 0x00]
const ENDBR64 = [0xf3, 0x0f, 0x1e, 0xfa]

describe('the entry of a function:', () => {
  test.each([
    ['nothing attached', NOP, { pad: 'none', padBytes: 0, site: { kind: 'nop' } }],
    ['nothing attached, behind a landing pad', [...ENDBR64, ...NOP], { pad: 'endbr64', padBytes: 4, site: { kind: 'nop' } }],
    ['behind a sealed one', [0x66, 0x0f, 0x1f, 0x00, ...NOP], { pad: 'sealed', padBytes: 4, site: { kind: 'nop' } }],
    ['a call forward', [0xe8, 0xfb, 0x0f, 0, 0], { pad: 'none', padBytes: 0, site: { kind: 'call', target: AT + 0x1000n } }],
    [
      'a call back, behind a landing pad',
      [...ENDBR64, 0xe8, 0xf7, 0xff, 0xff, 0xff],
      { pad: 'endbr64', padBytes: 4, site: { kind: 'call', target: AT } },
    ],
    ['a jump', [0xe9, 0, 0, 0, 0], { pad: 'none', padBytes: 0, site: { kind: 'jump', target: AT + 5n } }],
    ['a breakpoint', [0xcc, 0x1f, 0x44, 0, 0], { pad: 'none', padBytes: 0, site: { kind: 'breakpoint' } }],
    ['mov $0,%eax; ret', [0xb8, 0, 0, 0, 0, 0xc3], { pad: 'none', padBytes: 0, site: { kind: 'other' } }],
    ['a call that is cut off', [0xe8, 0, 0], { pad: 'none', padBytes: 0, site: { kind: 'other' } }],
  ])('%s', (_, bytes, entry) => {
    expect(decodeEntry(Uint8Array.from(bytes), AT)).toEqual(entry)
  })
})
