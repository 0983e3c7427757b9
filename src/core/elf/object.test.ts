import { describe, expect, test } from 'vitest'
import { makeObject } from '../../../test/kit/object-specimen.ts'
import { Fault } from '../base/mod.ts'
import { elf, objectFromElf, readElf, readRelocations, type RelocatableObject, writeObject } from './mod.ts'

const OBJECT = makeObject([
  { name: 'check', kind: 'function', bytes: [0xe8, 0, 0, 0, 0, 0xc3], bind: elf.STB.LOCAL, refs: [{ at: 1, to: 'printk' }] },
  { name: 'limit', kind: 'data', bytes: [3, 0, 0, 0] },
])

describe('an object', () => {
  test('is the same after it is written and read again', () => {
    const again = objectFromElf(readElf(writeObject(OBJECT), 'again.o'))
    expect(again).toEqual(OBJECT)
    expect(writeObject(again)).toEqual(writeObject(OBJECT))
  })

  test('has its local symbols first, as ELF asks', () => {
    const { symbols, sections } = readElf(writeObject({ ...OBJECT, symbols: OBJECT.symbols.toReversed() }), 'object.o')
    expect(symbols.map(({ name }) => name)).toEqual(['', 'check', 'printk', 'limit'])
    expect(sections.find(({ type }) => type === elf.SHT.SYMTAB)?.info).toBe(2)
  })

  test('keeps a second relocation table for a section, under its own name and flags', () => {
    const [check, limit] = OBJECT.sections
    const table = {
      name: '.klp.rela.vmlinux..text.check',
      flags: elf.SHF.ALLOC | elf.SHF.RELA_LIVEPATCH,
      relocations: check?.relocations ?? [],
    }
    const sections = [{ ...check, relocations: [], extraTables: [table] }, limit] as RelocatableObject['sections']
    const file = readElf(writeObject({ ...OBJECT, sections }), 'module.ko')
    const written = file.sections.find(({ name }) => name === table.name)
    expect(written).toMatchObject({ flags: table.flags, info: 1, type: elf.SHT.RELA })
    expect(written && readRelocations(file, written)).toEqual([{ offset: 1, type: 4, symbol: expect.any(Number) as number, addend: -4n }])
  })

  test('keeps symbols that the livepatch core resolves', () => {
    const symbols = OBJECT.symbols.map((symbol) =>
      symbol.name === 'printk' ? { ...symbol, place: { kind: 'livepatch' as const } } : symbol,
    )
    const sections = OBJECT.sections.map((section) => ({ ...section, relocations: [] }))
    const file = readElf(writeObject({ ...OBJECT, symbols, sections }), 'module.ko')
    expect(file.symbols.find(({ name }) => name === 'printk')?.section).toBe(0xff20)
  })
})

describe('a damaged file', () => {
  const write = (change: (view: DataView, bytes: Uint8Array) => void) => {
    const bytes = writeObject(OBJECT)
    change(new DataView(bytes.buffer), bytes)
    return () => readElf(bytes, 'damaged.o')
  }
  const tableAt = Number(new DataView(writeObject(OBJECT).buffer).getBigUint64(40, true))
  const header = (index: number) => tableAt + 64 * index

  test.each([
    ['that is no ELF file', 'elf/magic', write((_, bytes) => bytes.set([0x23, 0x21]))],
    ['for 32-bit machines', 'elf/unsupported', write((_, bytes) => bytes.set([1], 4))],
    ['with more sections than it can hold', 'elf/truncated', write((view) => view.setUint16(60, 0xfff0, true))],
    ['whose section lies outside', 'elf/truncated', write((view) => view.setBigUint64(header(1) + 24, 0x10_0000n, true))],
    ['whose section is larger than any file', 'elf/malformed', write((view) => view.setBigUint64(header(1) + 32, 2n ** 60n, true))],
    ['whose section has no name', 'elf/malformed', write((view) => view.setUint32(header(1), 0xffff, true))],
  ])('%s ends in %s', (_, code, read) => {
    expect(read).toThrow(expect.objectContaining({ code }) as Fault)
    expect(read).toThrow(Fault)
  })

  test('cut off anywhere ends in a fault', () => {
    const bytes = writeObject(OBJECT)
    for (let length = 0; length < bytes.length; length++) expect(() => readElf(bytes.subarray(0, length), 'cut.o')).toThrow(Fault)
  })
})
