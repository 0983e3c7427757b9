import { expect, test } from 'vitest'
import { bytesFromLatin1 } from '../base/mod.ts'
import { elf, type ObjectSection, type RelocatableObject, readElf, undefinedSymbol, writeObject } from '../elf/mod.ts'
import { lintModule } from './mod.ts'

const MODINFO = { license: 'GPL', livepatch: 'Y', name: 'fix', vermagic: '6.1.0 SMP mod_unload' }
const EXPORTS = [{ name: 'printk', crc: 0x1234_5678, owner: 'vmlinux', isGplOnly: false, namespace: '' }]
const LATE = { ...undefinedSymbol('.klp.sym.vmlinux.helper,0'), place: { kind: 'livepatch' as const } }
const printk = undefinedSymbol('printk')

const section = (name: string, data: Uint8Array, more: Partial<ObjectSection> = {}): ObjectSection => ({
  ...{
    name,
    type: elf.SHT.PROGBITS,
    flags: elf.SHF.ALLOC,
    align: 1,
    entrySize: 0,
    data,
    size: data.length,
    relocations: [],
    extraTables: [],
  },
  ...more,
})
const modinfo = (pairs: Readonly<Record<string, string>>) =>
  section(
    '.modinfo',
    bytesFromLatin1(
      Object.entries(pairs)
        .map(([key, value]) => `${key}=${value}\0`)
        .join(''),
    ),
  )
const call = (symbol: typeof printk) => [{ offset: 1, type: 4, symbol, addend: -4n }]

/** A module as the loader likes it, with parts of it replaced. */
function lint({
  info = MODINFO,
  crc = 0x1234_5678,
  table = '.klp.rela.vmlinux..text.f',
  flags = elf.SHF.ALLOC | elf.SHF.RELA_LIVEPATCH,
  code = [0xe8, 0, 0, 0, 0, 0xc3],
  size = 896,
} = {}) {
  const versions = new Uint8Array(64)
  new DataView(versions.buffer).setUint32(0, crc, true)
  versions.set(bytesFromLatin1('printk'), 8)
  const object: RelocatableObject = {
    machine: elf.EM.X86_64,
    flags: 0,
    symbols: [printk, LATE],
    sections: [
      modinfo(info),
      section('__versions', versions),
      section('.gnu.linkonce.this_module', new Uint8Array(size)),
      section('.text.g', Uint8Array.from(code), { relocations: call(printk) }),
      section('.text.f', Uint8Array.from([0xe8, 0, 0, 0, 0, 0xc3]), { extraTables: [{ name: table, flags, relocations: call(LATE) }] }),
    ],
  }
  return lintModule({ module: readElf(writeObject(object), 'fix.ko'), exports: EXPORTS, release: '6.1.0', moduleStructSize: 896 })
}

test('a module that the loader takes has no findings', () => {
  expect(lint()).toEqual([])
})

test.each([
  ['is not marked as a live patch', { info: { ...MODINFO, livepatch: 'N' } }, /livepatch=Y/],
  ['is not GPL', { info: { ...MODINFO, license: 'MIT' } }, /license=GPL/],
  ['is for another kernel', { info: { ...MODINFO, vermagic: '6.12 SMP' } }, /vermagic/],
  ['has a name that is too long', { info: { ...MODINFO, name: 'x'.repeat(56) } }, /56 characters/],
  ['has the version of another kernel', { crc: 1 }, /CRC of printk/],
  ['has another struct module', { size: 904 }, /904 bytes/],
  ['holds something where a relocation goes', { code: [0xe8, 1, 0, 0, 0, 0xc3] }, /\.text\.g\+0x1 is not zero/],
  ['has relocations for the livepatch core without the flag', { flags: elf.SHF.ALLOC }, /SHF_RELA_LIVEPATCH/],
  ['names another section than it patches', { table: '.klp.rela.vmlinux..text.g' }, /patches \.text\.f/],
  ["refers to vmlinux from a module's relocations", { table: '.klp.rela.ext4..text.f' }, /may not refer to helper of vmlinux/],
])('a module that %s is found out', (_, change, finding) => {
  expect(lint(change)).toEqual([expect.stringMatching(finding) as string])
})

test('all findings are told at once', () => {
  expect(lint({ crc: 1, size: 1, flags: elf.SHF.ALLOC })).toHaveLength(3)
})
