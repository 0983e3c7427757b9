import { lastAtOrBefore, latin1FromBytes } from '../base/mod.ts'
import { type ElfFile, type ElfSection, type ElfSymbol, elf } from '../elf/mod.ts'
import { BTF_IDS, splitIdLists } from './btf-ids.ts'
import { stableName } from './names.ts'
import { type Place, relocationsOf } from './raw-references.ts'
import { sectionRole } from './section-role.ts'

/** A table that the kernel walks once. */
export interface Table {
  readonly sizeBytes: number
  readonly entries: readonly TableEntry[]
}

export interface TableEntry {
  /** Empty where no variable names it. */
  readonly name: string
  /** Its bytes and what it refers to, in words that stay the same when only something else grows, moves or is numbered anew. */
  readonly content: string
}

/** The registering tables and the lists of BTF ids of an object, by section name. */
export function readTables(file: ElfFile): Map<string, Table> {
  const symbols = symbolsOf(file)
  const tables = new Map<string, Table>()
  for (const section of file.sections) {
    const role = sectionRole(section)
    if (role !== 'registration' && role !== 'id-lists') continue
    const before = tables.get(section.name)
    const entries = section.name === BTF_IDS ? readIdLists(section, symbols) : readEntries(file, section, symbols)
    tables.set(section.name, { sizeBytes: (before?.sizeBytes ?? 0) + section.size, entries: [...(before?.entries ?? []), ...entries] })
  }
  return tables
}

/** The named symbols of a section, by their place in it. */
type SymbolsIn = (section: number) => readonly ElfSymbol[]

function symbolsOf(file: ElfFile): SymbolsIn {
  const bySection = Map.groupBy(
    file.symbols.filter(({ name, type }) => name !== '' && type !== elf.STT.SECTION),
    ({ section }) => section,
  )
  const sorted = new Map<number, readonly ElfSymbol[]>()
  return (section) => {
    const known = sorted.get(section) ?? (bySection.get(section) ?? []).toSorted((a, b) => startOf(a) - startOf(b))
    sorted.set(section, known)
    return known
  }
}

function startOf({ value }: ElfSymbol): number {
  return Number(value)
}

function readIdLists(section: ElfSection, symbols: SymbolsIn): TableEntry[] {
  return splitIdLists(section, symbols(section.index)).map(({ name, data }) => ({ name, content: latin1FromBytes(data) }))
}

function readEntries(file: ElfFile, section: ElfSection, symbols: SymbolsIn): TableEntry[] {
  const references = relocationsOf(file, section)
  const cuts = cutAtEntries(section, symbols(section.index), references)
  const byCut = Map.groupBy(references, ({ offset }) => lastAtOrBefore(cuts, offset, ({ start }) => start))
  return cuts.map(({ name, start, end }, rank) => {
    const own = (byCut.get(rank) ?? []).filter(({ offset }) => offset < end)
    const targets = own.map(({ offset, type, place }) => `${offset - start} ${type} ${describePlace(file, place, symbols)}\n`)
    return { name, content: [...targets, latin1FromBytes(section.data.subarray(start, end))].join('') }
  })
}

interface Cut {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** At its variables and labels; where assembly writes entries without either (`.pci_fixup*`), each has as many references as the others. */
function cutAtEntries(section: ElfSection, symbols: readonly ElfSymbol[], references: readonly { readonly offset: number }[]): Cut[] {
  const byStart = Map.groupBy(symbols, ({ value }) => Number(value))
  const starts = [...new Set([0, ...byStart.keys()])].toSorted((a, b) => a - b)
  if (byStart.size === 0) {
    const isEven = references.length > 0 && section.size % references.length === 0
    const length = isEven ? section.size / references.length : section.size
    return Array.from({ length: section.size / length }, (_, rank) => ({ name: '', start: rank * length, end: (rank + 1) * length }))
  }
  return starts.map((start, rank) => {
    const next = starts[rank + 1] ?? section.size
    const variable = byStart.get(start)?.find(({ type }) => type === elf.STT.OBJECT)
    if (variable === undefined) return { name: '', start, end: next }
    // What lies between two variables is there for the alignment of the second.
    return { name: stableName(variable.name), start, end: variable.size > 0 ? Math.min(start + variable.size, next) : next }
  })
}

function describePlace(file: ElfFile, place: Place, symbols: SymbolsIn): string {
  if (place.kind === 'symbol') return `${place.name}+${place.offset}`
  const section = file.sections[place.section]
  if (section !== undefined && (section.flags & elf.SHF.STRINGS) !== 0) {
    const end = section.data.indexOf(0, place.offset)
    return JSON.stringify(latin1FromBytes(section.data.subarray(place.offset, end < 0 ? section.size : end)))
  }
  const holder = holderOf(symbols(place.section), place.offset)
  return holder === undefined ? 'something without a name' : `${stableName(holder.name)}+${place.offset - Number(holder.value)}`
}

/** Of a section's symbols the first at a place, or else the last before it that reaches over it. */
function holderOf(symbols: readonly ElfSymbol[], place: number): ElfSymbol | undefined {
  const before = lastAtOrBefore(symbols, place - 1, startOf)
  const next = symbols[before + 1]
  if (next !== undefined && startOf(next) === place) return next
  for (let rank = before; rank >= 0; rank--) {
    const symbol = symbols[rank] as ElfSymbol
    if (place < startOf(symbol) + symbol.size) return symbol
  }
  return undefined
}
