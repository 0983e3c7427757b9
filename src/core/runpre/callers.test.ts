import { expect, test } from 'vitest'
import { makeElf } from '../../../test/kit/object-specimen.ts'
import { callersInModule, callersInVmlinux } from './mod.ts'

const CALL = [0xe8, 0, 0, 0, 0, 0xc3]

test("a module's callers of a symbol are the functions whose relocations name it", () => {
  const module = makeElf([
    { name: 'asks', kind: 'function', bytes: CALL, refs: [{ at: 1, to: 'printk' }] },
    { name: 'tells', kind: 'function', bytes: CALL, refs: [{ at: 1, to: 'consume' }] },
  ])
  expect(callersInModule(module, 'printk')).toEqual(['asks'])
  expect(callersInModule(module, 'nothing')).toEqual([])
})

test("the kernel image's callers of an address are found by distance: a call, and a conditional jump back", () => {
  const text = Uint8Array.from([
    0xc3, 0x90, 0x90, 0x90, /* near+4 */ 0xe8, 0xf7, 0xff, 0xff, 0xff, 0xc3, /* far+10 */ 0x0f, 0x84, 0xf0, 0xff, 0xff, 0xff,
  ])
  const base = 0xffff_ffff_8100_0000n
  const specimen = makeElf([{ name: 'text', kind: 'function', bytes: [...text] }])
  const vmlinux = { ...specimen, sections: specimen.sections.map((section) => ({ ...section, address: base })) }
  const symbols = [
    { name: 'target', address: base, type: 'T' },
    { name: 'near', address: base + 4n, type: 't' },
    { name: 'far', address: base + 10n, type: 'T' },
    { name: 'data', address: base + 10n, type: 'd' },
  ]
  expect(callersInVmlinux(vmlinux, symbols, base)).toEqual(['far', 'near'])
})
