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
  // Namesakes come one by one.
  expect(
    callersInVmlinux(
      vmlinux,
      symbols.map((symbol) => (symbol.name === 'far' ? { ...symbol, name: 'near' } : symbol)),
      base,
    ),
  ).toEqual(['near', 'near'])
})

test('zeros of the padding before a function are no call to it, and a jump of no distance is', () => {
  const base = 0xffff_ffff_8100_0000n
  const callersOf = (before: readonly number[]) => {
    const specimen = makeElf([{ name: 'text', kind: 'function', bytes: [...before, 0xc3] }])
    const vmlinux = { ...specimen, sections: specimen.sections.map((section) => ({ ...section, address: base })) }
    const target = base + BigInt(before.length)
    return callersInVmlinux(
      vmlinux,
      [
        { name: 'before', address: base, type: 't' },
        { name: 'target', address: target, type: 'T' },
      ],
      target,
    )
  }
  expect(callersOf([0xc3, 0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0])).toEqual([])
  expect(callersOf([0xc3, 0x0f, 0x1f, 0x80, 0, 0, 0, 0])).toEqual([])
  expect(callersOf([0xe9, 0, 0, 0, 0])).toEqual(['before'])
})
