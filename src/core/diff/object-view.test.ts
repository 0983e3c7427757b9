import { describe, expect, test } from 'vitest'
import { makeObject } from '../../../test/kit/object-specimen.ts'
import { elf, type ObjectSection, type ObjectSymbol, type RelocatableObject, readElf, writeObject } from '../elf/mod.ts'
import { diffObjects, viewObject } from './mod.ts'

const CHECK = { name: 'check', kind: 'function', bytes: [0xe8, 0, 0, 0, 0, 0xc3] } as const
const OBJECT = makeObject([{ ...CHECK, refs: [{ at: 1, to: 'printk' }] }])
const TABLES = [{ section: '__bug_table', entrySize: 12 }]

const view = (object: RelocatableObject) => () => viewObject(readElf(writeObject(object), 'unit.o'), TABLES)
const withSection = (section: Partial<ObjectSection>): RelocatableObject => ({
  ...OBJECT,
  sections: OBJECT.sections.map((own) => ({ ...own, ...section })),
})

describe('an object that contradicts itself ends in a fault:', () => {
  test.each([
    [
      'a symbol beyond its section',
      { ...withSection({ relocations: [] }), symbols: OBJECT.symbols.map((symbol) => ({ ...symbol, size: 100 })) },
      /check: it ends beyond the 6 bytes/,
    ],
    [
      'a field beyond its section',
      withSection({ data: new Uint8Array(3), size: 3 }),
      /(offset 0x1: the section has 3|ends beyond the 3) bytes/,
    ],
    ['a table that is no whole number of entries', withSection({ name: '__bug_table', relocations: [] }), /6 bytes as entries of 12/],
    [
      'a table without content',
      withSection({ name: '__bug_table', type: elf.SHT.NOBITS, data: new Uint8Array(0), size: 12 * 2 ** 40, relocations: [] }),
      /as entries of 12/,
    ],
    [
      'an entry that describes no place',
      withSection({ name: '__bug_table', data: new Uint8Array(12), size: 12, relocations: [] }),
      /entry 0 describes/,
    ],
    ['a relocation that no loader applies', makeObject([{ ...CHECK, refs: [{ at: 1, to: 'printk', type: 42 }] }]), /relocation type 42/],
  ])('%s', (_, object, message) => {
    expect(view(object)).toThrow(expect.objectContaining({ name: 'Fault' }) as Error)
    expect(view(object)).toThrow(message)
  })
})

test('constants that refer to each other in a long chain and a circle are compared', () => {
  const count = 20_000
  const { symbols, sections } = makeObject([{ ...CHECK, refs: [{ at: 1, to: 'chain' }] }])
  const [check] = symbols
  const [text] = sections
  const label: ObjectSymbol = {
    ...OBJECT.symbols[0],
    name: '.LC0',
    value: 0n,
    size: 0,
    type: elf.STT.NOTYPE,
    bind: 0,
    other: 0,
    place: { kind: 'section', index: 1 },
  }
  if (check === undefined || text === undefined) throw new Error('the specimen has one function')
  // Each 8 bytes are a constant of their own, and point to the next; the last points to the first.
  const relocations = Array.from({ length: count }, (_, i) => ({
    offset: i * 8,
    type: 1,
    symbol: label,
    addend: BigInt(((i + 1) % count) * 8),
  }))
  const data = new Uint8Array(count * 8)
  const chain = { ...text, name: '.rodata.cst8', flags: elf.SHF.ALLOC, entrySize: 8, data, size: data.length, relocations }
  const code = { ...text, relocations: [{ offset: 1, type: 2, symbol: label, addend: -4n }] }
  const file = readElf(writeObject({ ...OBJECT, symbols: [check, label], sections: [code, chain] }), 'unit.o')
  expect(viewObject(file, []).items).toHaveLength(count + 1)
  expect(diffObjects({ unit: 'a.c', original: file, patched: file, tables: [] }).replaced).toEqual([])
})

test('a section may have several tables of relocations', () => {
  const { sections, symbols } = makeObject([
    {
      name: 'check',
      kind: 'function',
      bytes: [0xe8, 0, 0, 0, 0, 0xe8, 0, 0, 0, 0, 0xc3],
      refs: [
        { at: 6, to: 'second' },
        { at: 1, to: 'first' },
      ],
    },
  ])
  const [text] = sections
  const [second, first] = text?.relocations ?? []
  if (text === undefined || first === undefined || second === undefined) throw new Error('the specimen has two calls')
  const extraTables = [{ name: '.rela.more', flags: 0, relocations: [first] }]
  const object = { ...OBJECT, symbols, sections: [{ ...text, relocations: [second], extraTables }] }
  const { items, references } = viewObject(readElf(writeObject(object), 'unit.o'), [])
  const names = items.flatMap((item) => references.get(item) ?? []).map(({ target }) => (target.kind === 'symbol' ? target.name : ''))
  expect(names).toEqual(['first', 'second'])
})
