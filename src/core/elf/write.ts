import { alignUp, bytesFromLatin1, concatBytes, invariant } from '../base/mod.ts'
import { EHDR_SIZE, EI_CLASS_64, EI_DATA_LITTLE, ET, RELA_SIZE, SHDR_SIZE, SHF, SHN, SHT, STB, SYM_SIZE } from './constants.ts'
import type { ObjectRelocation, ObjectSymbol, RelocatableObject } from './object.ts'

interface Header {
  readonly name: string
  readonly type: number
  readonly flags: number
  readonly size: number
  readonly link: number
  readonly info: number
  readonly align: number
  readonly entrySize: number
  readonly data: Uint8Array
}

/** Writes a relocatable ELF-64 file. The same object gives the same bytes. */
export function writeObject(object: RelocatableObject): Uint8Array {
  const symbols = orderSymbols(object.symbols)
  const indices = new Map(symbols.map((symbol, index) => [symbol, index + 1]))
  const symbolNames = makeStrings(symbols.map((symbol) => symbol.name))
  const tableCount = object.sections.reduce(
    (sum, section) => sum + (section.relocations.length > 0 ? 1 : 0) + section.extraTables.length,
    0,
  )
  const symtabIndex = 1 + object.sections.length + tableCount

  const headers: Header[] = [
    { name: '', type: SHT.NULL, flags: 0, size: 0, link: 0, info: 0, align: 0, entrySize: 0, data: new Uint8Array(0) },
  ]
  for (const section of object.sections) headers.push({ ...section, link: 0, info: 0 })
  object.sections.forEach((section, rank) => {
    const table = (name: string, flags: number, relocations: readonly ObjectRelocation[]) => {
      const data = writeRelocations(relocations, indices)
      headers.push({
        name,
        type: SHT.RELA,
        flags,
        size: data.length,
        link: symtabIndex,
        info: rank + 1,
        align: 8,
        entrySize: RELA_SIZE,
        data,
      })
    }
    if (section.relocations.length > 0) table(`.rela${section.name}`, SHF.INFO_LINK, section.relocations)
    for (const extra of section.extraTables) table(extra.name, extra.flags, extra.relocations)
  })
  const symtab = writeSymbols(symbols, symbolNames.offsets)
  const firstGlobal = 1 + symbols.filter((symbol) => symbol.bind === STB.LOCAL).length
  headers.push({
    name: '.symtab',
    type: SHT.SYMTAB,
    flags: 0,
    size: symtab.length,
    link: symtabIndex + 1,
    info: firstGlobal,
    align: 8,
    entrySize: SYM_SIZE,
    data: symtab,
  })
  headers.push(stringTable('.strtab', symbolNames.data))
  const sectionNames = makeStrings([...headers.map((header) => header.name), '.shstrtab'])
  headers.push(stringTable('.shstrtab', sectionNames.data))
  return layOut(object, headers, sectionNames.offsets)
}

function stringTable(name: string, data: Uint8Array): Header {
  return { name, type: SHT.STRTAB, flags: 0, size: data.length, link: 0, info: 0, align: 1, entrySize: 0, data }
}

/** Locals must come first; otherwise the order is the object's. */
function orderSymbols(symbols: readonly ObjectSymbol[]): ObjectSymbol[] {
  return [...symbols.filter((symbol) => symbol.bind === STB.LOCAL), ...symbols.filter((symbol) => symbol.bind !== STB.LOCAL)]
}

function makeStrings(names: readonly string[]): { readonly data: Uint8Array; readonly offsets: ReadonlyMap<string, number> } {
  const offsets = new Map<string, number>([['', 0]])
  const parts: Uint8Array[] = [new Uint8Array(1)]
  let size = 1
  for (const name of names) {
    if (offsets.has(name)) continue
    offsets.set(name, size)
    parts.push(bytesFromLatin1(`${name}\0`))
    size += name.length + 1
  }
  return { data: concatBytes(parts), offsets }
}

function writeSymbols(symbols: readonly ObjectSymbol[], names: ReadonlyMap<string, number>): Uint8Array {
  const data = new Uint8Array((symbols.length + 1) * SYM_SIZE)
  const view = new DataView(data.buffer)
  symbols.forEach((symbol, index) => {
    const at = (index + 1) * SYM_SIZE
    view.setUint32(at, names.get(symbol.name) ?? 0, true)
    view.setUint8(at + 4, (symbol.bind << 4) | symbol.type)
    view.setUint8(at + 5, symbol.other)
    view.setUint16(at + 6, sectionNumber(symbol), true)
    view.setBigUint64(at + 8, symbol.value, true)
    view.setBigUint64(at + 16, BigInt(symbol.size), true)
  })
  return data
}

function sectionNumber({ place }: ObjectSymbol): number {
  switch (place.kind) {
    case 'section':
      invariant(place.index + 1 < SHN.LORESERVE, 'a live patch has fewer than 65,280 sections')
      return place.index + 1
    case 'undefined':
      return SHN.UNDEF
    case 'absolute':
      return SHN.ABS
    case 'livepatch':
      return SHN.LIVEPATCH
  }
}

function writeRelocations(relocations: readonly ObjectRelocation[], indices: ReadonlyMap<ObjectSymbol, number>): Uint8Array {
  const data = new Uint8Array(relocations.length * RELA_SIZE)
  const view = new DataView(data.buffer)
  relocations.forEach((relocation, index) => {
    const symbol = indices.get(relocation.symbol)
    invariant(symbol !== undefined, `the symbol ${relocation.symbol.name} of a relocation is in the object`)
    view.setBigUint64(index * RELA_SIZE, BigInt(relocation.offset), true)
    view.setUint32(index * RELA_SIZE + 8, relocation.type, true)
    view.setUint32(index * RELA_SIZE + 12, symbol, true)
    view.setBigInt64(index * RELA_SIZE + 16, relocation.addend, true)
  })
  return data
}

function layOut(object: RelocatableObject, headers: readonly Header[], names: ReadonlyMap<string, number>): Uint8Array {
  const offsets: number[] = []
  let at = EHDR_SIZE
  for (const header of headers) {
    at = alignUp(at, header.align)
    offsets.push(header.type === SHT.NULL ? 0 : at)
    at += header.data.length
  }
  const tableAt = alignUp(at, 8)
  const file = new Uint8Array(tableAt + headers.length * SHDR_SIZE)
  const view = new DataView(file.buffer)
  file.set([0x7f, 0x45, 0x4c, 0x46, EI_CLASS_64, EI_DATA_LITTLE, 1])
  view.setUint16(16, ET.REL, true)
  view.setUint16(18, object.machine, true)
  view.setUint32(20, 1, true)
  view.setBigUint64(40, BigInt(tableAt), true)
  view.setUint32(48, object.flags, true)
  view.setUint16(52, EHDR_SIZE, true)
  view.setUint16(58, SHDR_SIZE, true)
  view.setUint16(60, headers.length, true)
  view.setUint16(62, headers.length - 1, true)
  headers.forEach((header, index) => {
    const offset = offsets[index] ?? 0
    file.set(header.data, offset)
    writeHeader(view, tableAt + index * SHDR_SIZE, header, { offset, name: names.get(header.name) ?? 0 })
  })
  return file
}

function writeHeader(
  view: DataView,
  at: number,
  header: Header,
  { offset, name }: { readonly offset: number; readonly name: number },
): void {
  view.setUint32(at, name, true)
  view.setUint32(at + 4, header.type, true)
  view.setBigUint64(at + 8, BigInt(header.flags), true)
  view.setBigUint64(at + 24, BigInt(offset), true)
  view.setBigUint64(at + 32, BigInt(header.size), true)
  view.setUint32(at + 40, header.link, true)
  view.setUint32(at + 44, header.info, true)
  view.setBigUint64(at + 48, BigInt(header.align), true)
  view.setBigUint64(at + 56, BigInt(header.entrySize), true)
}
