import { Fault } from '../base/mod.ts'
import type { ElfFile } from '../elf/mod.ts'
import type { Item, Reference, Target } from './item.ts'
import type { RawReference } from './raw-references.ts'
import { ORC, ORC_IP, type SpecialTable, isRuntimeConstants } from './special-sections.ts'

export interface SpecialEntry {
  readonly table: SpecialTable
  readonly data: Uint8Array
  readonly flags: number
  readonly align: number
  /** The function or fragment that the entry describes; undefined when it describes a place outside every item. */
  readonly owner: Item | undefined
  /** Offsets count from the entry's start. */
  readonly references: readonly Reference[]
  /** For .orc_unwind_ip: the unwind record of the same rank in .orc_unwind. */
  readonly companion: Uint8Array | undefined
}

/** Faults: elf/malformed when a table is no whole number of entries or an entry names no place. */
export function readSpecialEntries(
  object: ElfFile,
  tables: readonly SpecialTable[],
  raw: ReadonlyMap<number, readonly RawReference[]>,
  locate: (reference: RawReference) => Target,
): SpecialEntry[] {
  const orc = object.sections.find((section) => section.name === ORC)
  // These name themselves after a variable each.
  const constants = [...new Set(object.sections.map(({ name }) => name).filter(isRuntimeConstants))]
  return [...tables, ...constants.map((section) => ({ section, entrySize: 4 }))].flatMap((table) =>
    object.sections
      .filter((section) => section.name === table.section)
      .flatMap((section) => {
        const count = section.size / table.entrySize
        const place = `${object.file}, ${section.name}`
        if (!Number.isInteger(count) || section.data.length !== section.size) {
          throw new Fault('elf/malformed', `Cannot read ${section.size} bytes as entries of ${table.entrySize} bytes`, {
            in: place,
            try: 'check that the compiler and objtool are those of the target kernel',
          })
        }
        const orcSize = table.section === ORC_IP && orc !== undefined && count > 0 ? orc.size / count : 0
        const byEntry = Map.groupBy(raw.get(section.index) ?? [], (reference) => Math.floor(reference.offset / table.entrySize))
        return Array.from({ length: count }, (_, index): SpecialEntry => {
          const start = index * table.entrySize
          const data = section.data.subarray(start, start + table.entrySize)
          const references = settleEmpty(
            table,
            data,
            (byEntry.get(index) ?? []).map((reference) => ({
              offset: reference.offset - start,
              type: reference.type,
              target: locate(reference),
              bias: 0,
              isBranch: false,
            })),
          )
          const first = references[0]
          if (first === undefined)
            throw new Fault('elf/malformed', `Cannot tell what entry ${index} describes: it has no relocation`, { in: place })
          return {
            table,
            data,
            flags: section.flags,
            align: section.align,
            owner: first.target.kind === 'item' ? first.target.item : undefined,
            references,
            companion: orcSize > 0 ? orc?.data.subarray(index * orcSize, (index + 1) * orcSize) : undefined,
          }
        })
      }),
  )
}

/**
 * An alternative that is replaced by nothing (`replacementlen`, its last byte, is 0) has its replacement where the next one's begins, which may
 * be another function's: nothing is read there, so it is taken to lie at the code that it replaces.
 */
function settleEmpty(table: SpecialTable, data: Uint8Array, references: readonly Reference[]): readonly Reference[] {
  const [code, replacement] = references
  if (table.section !== '.altinstructions' || data.at(-1) !== 0 || code === undefined || replacement === undefined) return references
  return [code, { ...replacement, target: code.target }]
}
