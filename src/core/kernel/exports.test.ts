import { expect, test } from 'vitest'
import { bytesFromLatin1 } from '../base/mod.ts'
import type { ElfFile, ElfSection } from '../elf/mod.ts'
import { readExports } from './exports.ts'

const STRINGS = 0xffff_ffff_8200_0000n
const TABLE = STRINGS + 0x1000n
const TEXT = STRINGS - 0x1000n

function section(name: string, address: bigint, data: Uint8Array): ElfSection {
  return { index: 0, name, type: 1, flags: 2, address, size: data.length, link: 0, info: 0, align: 4, entrySize: 0, data }
}

/** One entry, each word the distance from itself to what it names; 0 names nothing. */
function table(...targets: bigint[]): Uint8Array {
  return new Uint8Array(Int32Array.from(targets, (target, i) => (target === 0n ? 0 : Number(target - (TABLE + BigInt(i * 4))))).buffer)
}

function vmlinux(...sections: ElfSection[]): ElfFile {
  return { file: 'vmlinux', type: 2, machine: 62, flags: 0, symbols: [], sections }
}

test('an export has its address, name, CRC and namespace', () => {
  const file = vmlinux(
    section('__ksymtab_strings', STRINGS, bytesFromLatin1('kfree\0CRYPTO\0')),
    section('__ksymtab_gpl', TABLE, table(TEXT, STRINGS, STRINGS + 6n)),
    section('__kcrctab_gpl', 0n, Uint8Array.of(0x6d, 0x5c, 0x1a, 0x8b)),
  )
  expect(readExports(file)).toEqual([{ name: 'kfree', address: TEXT, crc: 0x8b1a5c6d, isGplOnly: true, namespace: 'CRYPTO' }])
})

test('a kernel without CRCs or namespaces has exports all the same', () => {
  const file = vmlinux(
    section('__ksymtab_strings', STRINGS, bytesFromLatin1('kfree\0')),
    section('__ksymtab', TABLE, table(TEXT, STRINGS, 0n)),
  )
  expect(readExports(file)).toEqual([{ name: 'kfree', address: TEXT, crc: undefined, isGplOnly: false, namespace: '' }])
})

test('a name outside the strings is a fault', () => {
  const file = vmlinux(
    section('__ksymtab_strings', STRINGS, bytesFromLatin1('kfree\0')),
    section('__ksymtab', TABLE, table(TEXT, STRINGS + 99n, 0n)),
  )
  expect(() => readExports(file)).toThrow(expect.objectContaining({ code: 'kernel/image' }))
})
