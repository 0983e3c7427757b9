import { Fault } from '../base/mod.ts'
import { type ElfSection, type ElfSymbol, elf } from '../elf/mod.ts'
import { type Item, type ItemKind, lastStartingAt, namelessName } from './item.ts'
import { isPrefixName } from './names.ts'
import { isInitSection } from './section-role.ts'

/** What an object says of a section besides its content. */
export interface SectionMarks {
  readonly symbols: readonly ElfSymbol[]
  /** Offsets that relocations refer to. */
  readonly targets: ReadonlySet<number>
  /** Offsets where padding before functions starts, by __patchable_function_entries. */
  readonly paddings: ReadonlySet<number>
}

/** Cuts a section into items: at its symbols, at each string's end, and where no symbol says anything, at the places that others refer to. */
export function partitionSection(section: ElfSection, marks: SectionMarks, file: string): Item[] {
  if (isStringSection(section)) return splitStrings(section)
  checkSymbols(section, marks.symbols, file)
  const named = withPadding(namedItems(section, marks.symbols), marks)
  const [whole] = named
  if (named.length === 1 && whole?.start === whole?.padding && section.size - (whole?.start ?? 0) === whole?.size) return named // as most are: a section for each item
  const nameless = namelessItems(section, named, marks.targets)
  return [...named, ...nameless].toSorted((a, b) => a.start - b.start)
}

function checkSymbols(section: ElfSection, symbols: readonly ElfSymbol[], file: string): void {
  const outside = symbols.find((symbol) => symbol.value + BigInt(symbol.size) > section.size)
  if (outside === undefined) return
  throw new Fault(
    'elf/malformed',
    `Cannot place ${outside.name || `symbol ${outside.index}`}: it ends beyond the ${section.size} bytes of its section`,
    {
      in: `${file}, ${section.name}`,
    },
  )
}

function isStringSection(section: ElfSection): boolean {
  return (section.flags & elf.SHF.STRINGS) !== 0
}

/** Of wide characters each string is one constant, wherever in it a reference leads. */
function splitStrings(section: ElfSection): Item[] {
  const width = Math.max(section.entrySize, 1)
  const items: Item[] = []
  for (let start = 0; start < section.size;) {
    const end = endOfString(section.data, start, width)
    items.push(makeItem(section, width === 1 ? 'string' : 'constant', namelessName(section, start), start, end - start))
    start = end
  }
  return items
}

function endOfString(data: Uint8Array, start: number, width: number): number {
  if (width === 1) return data.indexOf(0, start) + 1 || data.length
  for (let at = start; at < data.length; at += width)
    if (data.subarray(at, at + width).every((byte) => byte === 0)) return Math.min(at + width, data.length)
  return data.length
}

function namedItems(section: ElfSection, symbols: readonly ElfSymbol[]): Item[] {
  const byStart = Map.groupBy(
    symbols.filter((symbol) => (symbol.type === elf.STT.FUNC || symbol.type === elf.STT.OBJECT) && !isPrefix(symbol)),
    (symbol) => Number(symbol.value),
  )
  const kind: ItemKind = (section.flags & elf.SHF.EXECINSTR) !== 0 ? 'function' : 'data'
  return [...byStart].map(([start, here]) => {
    // The strongest name speaks for all: global before weak before local, then the longest range.
    const [main, ...others] = here.toSorted((a, b) => strength(b) - strength(a) || b.size - a.size || (a.name < b.name ? -1 : 1))
    if (main === undefined) throw new RangeError('a group is never empty')
    const size = Math.max(...here.map((symbol) => symbol.size))
    const bind = main.bind === elf.STB.LOCAL ? 'local' : main.bind === elf.STB.WEAK ? 'weak' : 'global'
    return { ...makeItem(section, kind, main.name, start, size), bind, aliases: others.map((symbol) => symbol.name) }
  })
}

function isPrefix(symbol: ElfSymbol): boolean {
  return symbol.type === elf.STT.FUNC && isPrefixName(symbol.name)
}

/** Sorts functions and gives each the padding that ends at its entry. The compiler lists all paddings, objtool names them as well. */
function withPadding(items: readonly Item[], { symbols, paddings }: SectionMarks): Item[] {
  const sorted = items.toSorted((a, b) => a.start - b.start)
  const begins = [...paddings, ...symbols.filter(isPrefix).map((symbol) => Number(symbol.value))].toSorted((a, b) => a - b)
  let next = 0
  let before = 0 // where the item before ends
  return sorted.map((item) => {
    let begin = item.start
    for (; (begins[next] ?? Infinity) < item.start; next++)
      if ((begins[next] ?? 0) >= before) begin = Math.min(begin, begins[next] ?? begin)
    before = Math.max(before, item.start + item.size)
    return item.kind === 'function' && begin < item.start ? { ...item, padding: item.start - begin } : item
  })
}

function strength(symbol: ElfSymbol): number {
  return symbol.bind === elf.STB.GLOBAL ? 2 : symbol.bind === elf.STB.WEAK ? 1 : 0
}

function namelessItems(section: ElfSection, named: readonly Item[], targets: ReadonlySet<number>): Item[] {
  const ends: number[] = [] // how far the items up to each one reach
  for (const [rank, item] of named.entries()) ends[rank] = Math.max(ends[rank - 1] ?? 0, item.start + item.size)
  const isCovered = (offset: number) => {
    const rank = lastStartingAt(named, offset)
    return rank >= 0 && (named[rank]?.start === offset || (ends[rank] ?? 0) > offset)
  }
  const kind: ItemKind =
    (section.flags & elf.SHF.EXECINSTR) !== 0 ? 'fragment' : (section.flags & elf.SHF.WRITE) !== 0 ? 'data' : 'constant'
  // A literal with NULs inside may be read from its middle and from its start, to its end: only in a section of equal entries is its length known.
  const isOne = kind === 'constant' && named.length === 0 && section.entrySize === 0
  const cuts = new Set(isOne ? [] : [...targets].filter((offset) => offset >= 0 && offset < section.size && !isCovered(offset)))
  if (named.length === 0) cuts.add(0)
  const bounds = [...cuts, ...named.map((item) => item.start - item.padding), section.size].toSorted((a, b) => a - b)
  const next = new Map(bounds.map((bound, rank) => [bound, bounds[rank + 1] ?? section.size])) // the last of equal bounds speaks
  return [...cuts].map((start) => {
    const end = next.get(start) ?? section.size
    return makeItem(section, kind, namelessName(section, start), start, end - start)
  })
}

function makeItem(section: ElfSection, kind: ItemKind, name: string, start: number, size: number): Item {
  const isZero = section.type === elf.SHT.NOBITS
  return {
    kind,
    name,
    aliases: [],
    bind: 'local',
    section,
    start,
    padding: 0,
    size,
    data: isZero ? new Uint8Array(0) : section.data.subarray(start, start + size),
    isInit: isInitSection(section.name),
  }
}
