import { Fault, invariant } from '../base/mod.ts'
import { SHN, SHT, STB, STT } from './constants.ts'
import type { ElfFile } from './file.ts'
import { readRelocations } from './read.ts'

/** A relocatable object that can be edited and written: indices are gone, things refer to each other. */
export interface RelocatableObject {
  readonly machine: number
  readonly flags: number
  /** Sections with content, in file order. Symbol tables, string tables and relocation tables are made when it is written. */
  readonly sections: readonly ObjectSection[]
  readonly symbols: readonly ObjectSymbol[]
}

export interface ObjectSection {
  readonly name: string
  readonly type: number
  readonly flags: number
  readonly align: number
  readonly entrySize: number
  /** Empty for NOBITS. */
  readonly data: Uint8Array
  readonly size: number
  readonly relocations: readonly ObjectRelocation[]
  /** Further relocation tables for this section, under names of their own (`.klp.rela.…`). */
  readonly extraTables: readonly RelocationTable[]
}

export interface RelocationTable {
  readonly name: string
  readonly flags: number
  readonly relocations: readonly ObjectRelocation[]
}

export interface ObjectRelocation {
  readonly offset: number
  readonly type: number
  readonly symbol: ObjectSymbol
  readonly addend: bigint
}

/** Identity matters: relocations point to the very symbol value. */
export interface ObjectSymbol {
  readonly name: string
  readonly value: bigint
  readonly size: number
  readonly type: number
  readonly bind: number
  readonly other: number
  readonly place: SymbolPlace
}

/** The section by its rank among the object's sections, or no section. */
export type SymbolPlace = { readonly kind: 'section'; readonly index: number } | { readonly kind: 'undefined' | 'absolute' | 'livepatch' }

export function undefinedSymbol(name: string, bind: number = STB.GLOBAL): ObjectSymbol {
  return { name, value: 0n, size: 0, type: STT.NOTYPE, bind, other: 0, place: { kind: 'undefined' } }
}

const NOT_CONTENT: readonly number[] = [SHT.NULL, SHT.SYMTAB, SHT.STRTAB, SHT.RELA, SHT.SYMTAB_SHNDX]

/** Faults: elf/unsupported for section groups and common symbols, which kernel modules do not have. */
export function objectFromElf(file: ElfFile): RelocatableObject {
  const content = file.sections.filter((section) => !NOT_CONTENT.includes(section.type))
  const rank = new Map(content.map((section, index) => [section.index, index]))
  const symbols = file.symbols.map((symbol): ObjectSymbol => {
    const { name, value, size, type, bind, other } = symbol
    return { name, value, size, type, bind, other, place: placeOf(symbol.section, rank, file.file) }
  })
  const tables = Map.groupBy(
    file.sections.filter((section) => section.type === SHT.RELA),
    (section) => section.info,
  )
  const sections = content.map((section): ObjectSection => {
    const relocations = (tables.get(section.index) ?? [])
      .flatMap((table) => readRelocations(file, table))
      .map((relocation) => {
        const symbol = symbols[relocation.symbol]
        invariant(symbol !== undefined, 'readRelocations checks symbol indices')
        return { offset: relocation.offset, type: relocation.type, addend: relocation.addend, symbol }
      })
    const { name, type, flags, align, entrySize, data, size } = section
    return { name, type, flags, align, entrySize, data, size, relocations, extraTables: [] }
  })
  return { machine: file.machine, flags: file.flags, sections, symbols: symbols.slice(1) }
}

function placeOf(section: number, rank: ReadonlyMap<number, number>, file: string): SymbolPlace {
  if (section === SHN.UNDEF) return { kind: 'undefined' }
  if (section === SHN.ABS) return { kind: 'absolute' }
  if (section === SHN.LIVEPATCH) return { kind: 'livepatch' }
  const index = rank.get(section)
  if (index === undefined)
    throw new Fault('elf/unsupported', `Cannot edit this object: a symbol lies in section ${section}, which has no content`, { in: file })
  return { kind: 'section', index }
}
