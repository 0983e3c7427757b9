import { Cursor, Fault, latin1FromBytes } from '../base/mod.ts'
import { EHDR_SIZE, EI_CLASS_64, EI_DATA_LITTLE, RELA_SIZE, SHDR_SIZE, SHN, SHT, SYM_SIZE } from './constants.ts'
import type { ElfFile, ElfRelocation, ElfSection, ElfSymbol } from './file.ts'

/** Reads an ELF-64 little-endian file. Faults: elf/magic, elf/unsupported, elf/truncated, elf/malformed. */
export function readElf(bytes: Uint8Array, file: string): ElfFile {
  const header = readHeader(bytes, file)
  const sections = readSections(bytes, file, header)
  const symbols = readSymbols(sections, file)
  return { file, type: header.type, machine: header.machine, flags: header.flags, sections, symbols }
}

interface Header {
  readonly type: number
  readonly machine: number
  readonly flags: number
  readonly sectionsAt: number
  readonly sectionCount: number
  readonly namesIndex: number
}

function readHeader(bytes: Uint8Array, file: string): Header {
  const cursor = new Cursor(bytes, { file })
  const ident = cursor.bytes(16)
  if (latin1FromBytes(ident.subarray(0, 4)) !== '\x7fELF') {
    throw new Fault('elf/magic', 'Cannot read this as ELF: it does not start with 7f 45 4c 46', { in: file })
  }
  if (ident[4] !== EI_CLASS_64 || ident[5] !== EI_DATA_LITTLE) {
    throw new Fault('elf/unsupported', 'Cannot read this ELF file: only 64-bit little-endian files are supported', { in: file })
  }
  const type = cursor.u16()
  const machine = cursor.u16()
  cursor.seek(40)
  const sectionsAt = cursor.size64()
  return readSectionCounts(bytes, file, cursor, { type, machine, sectionsAt })
}

function readSectionCounts(
  bytes: Uint8Array,
  file: string,
  cursor: Cursor,
  known: Pick<Header, 'type' | 'machine' | 'sectionsAt'>,
): Header {
  const flags = cursor.u32()
  cursor.seek(58)
  const entrySize = cursor.u16()
  let sectionCount = cursor.u16()
  let namesIndex = cursor.u16()
  if (known.sectionsAt !== 0) {
    if (entrySize !== SHDR_SIZE) {
      throw new Fault('elf/malformed', `Cannot read section headers of ${entrySize} bytes: ELF-64 has ${SHDR_SIZE}`, { in: file })
    }
    const first = new Cursor(bytes, { file })
    if (sectionCount === 0) sectionCount = first.seek(known.sectionsAt + 32).size64()
    if (namesIndex === SHN.XINDEX) namesIndex = first.seek(known.sectionsAt + 40).u32()
    if (known.sectionsAt < EHDR_SIZE || known.sectionsAt + sectionCount * SHDR_SIZE > bytes.length) {
      throw new Fault(
        'elf/truncated',
        `Cannot read ${sectionCount} section headers at offset 0x${known.sectionsAt.toString(16)}: the file ends at 0x${bytes.length.toString(16)}`,
        { in: file, try: 'fetch or build the file again: it is incomplete or damaged' },
      )
    }
  } else {
    sectionCount = 0
  }
  return { ...known, flags, sectionCount, namesIndex }
}

function readSections(bytes: Uint8Array, file: string, header: Header): ElfSection[] {
  const cursor = new Cursor(bytes, { file })
  const raw = Array.from({ length: header.sectionCount }, (_, index) => {
    cursor.seek(header.sectionsAt + index * SHDR_SIZE)
    const name = cursor.u32()
    const type = cursor.u32()
    const flags = Number(cursor.u64() & 0xffff_ffffn)
    const address = cursor.u64()
    const offset = cursor.size64()
    const size = cursor.size64()
    const link = cursor.u32()
    const info = cursor.u32()
    const align = cursor.size64()
    const entrySize = cursor.size64()
    const data = type === SHT.NOBITS || type === SHT.NULL ? new Uint8Array(0) : cursor.seek(offset).bytes(size)
    return { index, name, type, flags, address, size, link, info, align, entrySize, data }
  })
  const names = latin1FromBytes(raw[header.namesIndex]?.data ?? new Uint8Array(0))
  return raw.map((section) => ({ ...section, name: section.type === SHT.NULL ? '' : readString(names, section.name, file) }))
}

function readSymbols(sections: readonly ElfSection[], file: string): ElfSymbol[] {
  const table = sections.find((section) => section.type === SHT.SYMTAB)
  if (table === undefined) return []
  const names = sections[table.link]
  if (names === undefined || names.type !== SHT.STRTAB) {
    throw new Fault('elf/malformed', `Cannot read the symbol table: its string table, section ${table.link}, is not one`, { in: file })
  }
  const extended = sections.find((section) => section.type === SHT.SYMTAB_SHNDX && section.link === table.index)
  const indices = extended && new Cursor(extended.data, { file: `${file}, ${extended.name}` })
  const text = latin1FromBytes(names.data)
  const cursor = new Cursor(table.data, { file: `${file}, ${table.name}` })
  return Array.from({ length: Math.floor(table.size / SYM_SIZE) }, (_, index) => {
    const name = cursor.u32()
    const info = cursor.u8()
    const other = cursor.u8()
    const short = cursor.u16()
    const section = short === SHN.XINDEX && indices ? indices.seek(index * 4).u32() : short
    if (section >= sections.length && !(section >= SHN.LORESERVE && section <= 0xffff)) {
      throw new Fault('elf/malformed', `Cannot place symbol ${index}: there is no section ${section}`, { in: file })
    }
    const value = cursor.u64()
    const size = cursor.size64()
    return { index, name: readString(text, name, file), value, size, type: info & 0xf, bind: info >> 4, other, section }
  })
}

/** The entries of a RELA section. Symbol indices are checked against the file's symbol table. */
export function readRelocations(elf: ElfFile, section: ElfSection): ElfRelocation[] {
  const cursor = new Cursor(section.data, { file: `${elf.file}, ${section.name}` })
  const relocations: ElfRelocation[] = []
  for (let left = Math.floor(section.size / RELA_SIZE); left > 0; left--) {
    const offset = cursor.size64()
    const type = cursor.u32()
    const symbol = cursor.u32()
    if (symbol >= elf.symbols.length) {
      throw new Fault('elf/malformed', `Cannot follow a relocation to symbol ${symbol}: there are ${elf.symbols.length}`, {
        in: `${elf.file}, ${section.name}`,
      })
    }
    relocations.push({ offset, type, symbol, addend: cursor.i64() })
  }
  return relocations
}

export function findSection(elf: ElfFile, name: string): ElfSection | undefined {
  return elf.sections.find((section) => section.name === name)
}

/** The table is one text for all names: they are cut out of it, not copied. */
function readString(table: string, at: number, file: string): string {
  if (at === 0 && table.length === 0) return ''
  const end = table.indexOf('\0', at)
  if (at >= table.length || end < 0) {
    throw new Fault('elf/malformed', `Cannot read a name at offset 0x${at.toString(16)}: the string table has ${table.length} bytes`, {
      in: file,
    })
  }
  return table.slice(at, end)
}
