import { expect, test } from 'vitest'
import { makeElf, makeObject } from '../../../test/kit/object-specimen.ts'
import { elf, readElf, writeObject } from '../elf/mod.ts'
import { runningModule, runningVmlinux } from './mod.ts'

const PADDED = [0xf3, 0x0f, 0x1e, 0xfa, 0xc3] // endbr64; ret
const PC32 = 2

const OBJECT = makeObject([
  { name: 'open', kind: 'function', bytes: PADDED },
  { name: 'sealed', kind: 'function', bytes: PADDED },
  { name: 'direct', kind: 'function', bytes: [0xc3] },
  { name: 'state', kind: 'data', bytes: [0, 0, 0, 0] },
  { name: 'seals', kind: 'data', bytes: [0, 0, 0, 0], section: '.ibt_endbr_seal', refs: [{ at: 0, to: 'sealed', type: PC32, addend: 0n }] },
])
const MODULE = readElf(writeObject(OBJECT), 'a.ko')
const callable = (hasLandingPads: boolean) => {
  const running = runningModule({ name: 'a', module: MODULE, hasLandingPads })
  return ['open', 'sealed', 'direct', 'state'].map((name) => {
    const [candidate] = running.candidates(name)
    return candidate !== undefined && running.isCallableByPointer(candidate.address)
  })
}

test('a pointer reaches functions with a landing pad that the kernel leaves alone, and what is no code', () => {
  expect(callable(true)).toEqual([true, false, false, true])
})

test('a kernel without landing pads needs none', () => {
  expect(callable(false)).toEqual([true, true, true, true])
  const running = runningVmlinux(makeElf([{ name: 'direct', kind: 'function', bytes: [0xc3] }]), [])
  expect(running.isCallableByPointer(0n)).toBe(true)
})

test("an image's seals are distances from each entry to the function that it names", () => {
  const seal = -0x1f0
  const base = 0xffff_ffff_8100_0000n
  const place = (name: string, bytes: readonly number[], flags: number, address: bigint) => ({
    ...(MODULE.sections[1] as (typeof MODULE.sections)[number]),
    ...{ name, flags, address, size: bytes.length, data: Uint8Array.from(bytes) },
  })
  const vmlinux = {
    ...MODULE,
    sections: [
      place('.text', [...PADDED, ...Array(11).fill(0xcc), ...PADDED], elf.SHF.ALLOC | elf.SHF.EXECINSTR, base),
      place('.ibt_endbr_seal', [...new Uint8Array(Int32Array.of(seal).buffer)], elf.SHF.ALLOC, base + 0x200n),
    ],
  }
  const running = runningVmlinux(vmlinux, [])
  expect([base, base + 0x10n].map((address) => running.isCallableByPointer(address))).toEqual([true, false])
})
