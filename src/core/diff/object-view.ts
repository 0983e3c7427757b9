import { Fault, copyBytes } from '../base/mod.ts'
import { type ElfFile, elf } from '../elf/mod.ts'
import { splitIdLists } from './btf-ids.ts'
import { type Item, type Reference, type Target, lastStartingAt } from './item.ts'
import { collectRelocations, type RawReference } from './raw-references.ts'
import { parentOfCold } from './names.ts'
import { partitionSection } from './partition.ts'
import { sectionRole } from './section-role.ts'
import { type SpecialEntry, readSpecialEntries } from './special-entries.ts'
import type { SpecialTable } from './special-sections.ts'
import { missingUnwindStarts } from './unwind-starts.ts'

/**
 * A relocatable object as the diff sees it: items (a function, a variable, a string, an anonymous constant, a fragment of alternative code),
 * the references between them, and the entries of the special sections with the item each one belongs to.
 */
export interface ObjectView {
  readonly file: string
  readonly items: readonly Item[]
  readonly references: ReadonlyMap<Item, readonly Reference[]>
  readonly entries: readonly SpecialEntry[]
  /** The cold part of a function (`foo.cold`, split off by the compiler) and its function. A cold part whose function is gone stands for itself. */
  readonly coldPartOf: ReadonlyMap<Item, Item>
  /** Items that hold each special entry's code, with the entries in table order. */
  readonly entriesOf: ReadonlyMap<Item, readonly SpecialEntry[]>
}

/** Views an object compiled with function and data sections. `tables` are the target kernel's special sections with their entry sizes. */
export function viewObject(file: ElfFile, tables: readonly SpecialTable[]): ObjectView {
  const object = apartFromFile(file)
  const raw = collectRelocations(object)
  const bySection = partitionAll(object, raw)
  const items = [...bySection.values()].flat()
  const locate = (reference: RawReference): Target => resolveTarget(reference, bySection, object.file)

  const references = new Map<Item, Reference[]>()
  for (const [sectionIndex, list] of raw) {
    const sectionItems = bySection.get(sectionIndex)
    if (sectionItems === undefined) continue
    for (const reference of list) {
      const item = itemAt(sectionItems, reference.offset)
      if (item === undefined) continue
      let mine = references.get(item)
      if (mine === undefined) references.set(item, (mine = []))
      mine.push({
        offset: reference.offset - item.start,
        type: reference.type,
        target: locate(reference),
        bias: reference.bias,
        isBranch: reference.isBranch,
      })
    }
  }
  const written = readSpecialEntries(object, tables, raw, locate)
  const entries = [...written, ...missingUnwindStarts(items, written)]
  return { file: object.file, items, references, coldPartOf: findColdParts(items), entries, entriesOf: groupByOwner(entries) }
}

/** What goes into memory has bytes of its own: a view that is kept does not keep its file, most of which is debugging information. */
function apartFromFile(object: ElfFile): ElfFile {
  const sections = object.sections.map((section) =>
    (section.flags & elf.SHF.ALLOC) === 0 ? section : { ...section, data: copyBytes(section.data) },
  )
  return { ...object, sections }
}

const NONE: ReadonlySet<number> = new Set()

function partitionAll(object: ElfFile, raw: ReadonlyMap<number, readonly RawReference[]>): Map<number, Item[]> {
  const targets = new Map<number, Set<number>>()
  for (const list of raw.values()) {
    for (const { place } of list) {
      if (place.kind !== 'section') continue
      const offsets = targets.get(place.section)
      if (offsets === undefined) targets.set(place.section, new Set([place.offset]))
      else offsets.add(place.offset)
    }
  }
  const symbols = Map.groupBy(object.symbols, (symbol) => symbol.section)
  const paddings = collectPaddings(object, raw)
  const bySection = new Map<number, Item[]>()
  for (const section of object.sections) {
    const role = sectionRole(section)
    if (role === 'id-lists') bySection.set(section.index, splitIdLists(section, symbols.get(section.index) ?? []))
    if (role !== 'items') continue
    const marks = {
      symbols: symbols.get(section.index) ?? [],
      targets: targets.get(section.index) ?? NONE,
      paddings: paddings.get(section.index) ?? NONE,
    }
    bySection.set(section.index, partitionSection(section, marks, object.file))
  }
  return bySection
}

/** Where the compiler put padding before functions, by section. */
function collectPaddings(object: ElfFile, raw: ReadonlyMap<number, readonly RawReference[]>): Map<number, Set<number>> {
  const paddings = new Map<number, Set<number>>()
  for (const section of object.sections.filter(({ name }) => name === '__patchable_function_entries')) {
    for (const { place } of raw.get(section.index) ?? []) {
      if (place.kind === 'section') paddings.set(place.section, (paddings.get(place.section) ?? new Set()).add(place.offset))
    }
  }
  return paddings
}

function resolveTarget(reference: RawReference, bySection: ReadonlyMap<number, readonly Item[]>, file: string): Target {
  const { place } = reference
  if (place.kind === 'symbol') return place
  const items = bySection.get(place.section)
  if (items === undefined) return { kind: 'symbol', name: `<${place.sectionName}>`, offset: place.offset, isWeak: false }
  const item = items.length === 1 ? items[0] : itemAt(items, place.offset, place.symbolStart)
  if (item === undefined)
    throw new Fault('elf/malformed', `Cannot follow a reference to ${place.sectionName}: the section is empty`, { in: file })
  return { kind: 'item', item, offset: place.offset - item.start, endOf: endingAt(items, place, item) }
}

function endingAt(items: readonly Item[], place: Extract<RawReference['place'], { kind: 'section' }>, item: Item): Item | undefined {
  if (place.symbolStart !== undefined || item.kind !== 'data' || item.start !== place.offset) return undefined
  const before = items[lastStartingAt(items, place.offset - 1)]
  return before?.kind === 'data' && before.start + before.size === place.offset ? before : undefined
}

/**
 * The item that holds an offset; one past the end belongs to the last item before it, a named start to the item that starts there, and what lies
 * before the section (`&table[-1]`) to its first.
 */
function itemAt(items: readonly Item[], offset: number, symbolStart?: number): Item | undefined {
  const at = symbolStart ?? offset
  const rank = lastStartingAt(items, at)
  const [before, item] = [items[rank - 1], items[rank]]
  // A symbol without a size inside another item is a label there.
  return item?.size === 0 && before !== undefined && at < before.start + before.size ? before : (item ?? items[0])
}

/** The compiler names a cold part after one of the names of its function, not always the strongest. */
function findColdParts(items: readonly Item[]): Map<Item, Item> {
  const functions = items.filter((item) => item.kind === 'function')
  const byName = new Map(functions.flatMap((item) => [item.name, ...item.aliases].map((name) => [name, item])))
  return new Map(
    functions.flatMap((item): [Item, Item][] => {
      const parent = byName.get(parentOfCold(item.name) ?? '')
      return parent === undefined ? [] : [[item, parent]]
    }),
  )
}

function groupByOwner(entries: readonly SpecialEntry[]): Map<Item, SpecialEntry[]> {
  const byOwner = new Map<Item, SpecialEntry[]>()
  for (const entry of entries) {
    if (entry.owner === undefined) continue
    const mine = byOwner.get(entry.owner) ?? []
    mine.push(entry)
    byOwner.set(entry.owner, mine)
  }
  return byOwner
}
