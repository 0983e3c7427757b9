import { type MachineInstruction, decodeInstructions, relocationKind } from '../arch/mod.ts'
import { Fault, lastAtOrBefore } from '../base/mod.ts'
import { type ElfFile, type ElfRelocation, type ElfSection, elf, readRelocations } from '../elf/mod.ts'

/** A relocation with the place it means, before sections are cut into items. */
export interface RawReference {
  /** Byte offset in its section. */
  readonly offset: number
  readonly type: number
  readonly bias: number
  readonly isBranch: boolean
  readonly place: Place
}

export type Place =
  | {
      readonly kind: 'section'
      readonly section: number
      readonly sectionName: string
      readonly offset: number
      /** Where the named symbol starts that the relocation goes through; undefined for a section symbol. */
      readonly symbolStart: number | undefined
    }
  | { readonly kind: 'symbol'; readonly name: string; readonly offset: number; readonly isWeak: boolean }

/** All relocations of an object by the index of the section they patch, each list in order of offset; but those of debugging information, which are most. */
export function collectRelocations(object: ElfFile): Map<number, RawReference[]> {
  const bySection = new Map<number, RawReference[]>()
  for (const table of object.sections) {
    if (table.type !== elf.SHT.RELA) continue
    const section = object.sections[table.info]
    if (section === undefined || section.index === 0) {
      throw new Fault('elf/malformed', `Cannot apply ${table.name}: there is no section ${table.info}`, { in: object.file })
    }
    if (section.name.startsWith('.debug')) continue
    // A section may have several tables (a linker keeps them apart by their flags).
    const more = readSection(object, table, section)
    const known = bySection.get(section.index)
    bySection.set(section.index, known === undefined ? more : [...known, ...more].toSorted((a, b) => a.offset - b.offset))
  }
  return bySection
}

/** The relocations of one section in order of offset. */
export function relocationsOf(object: ElfFile, section: ElfSection): RawReference[] {
  return object.sections
    .filter(({ type, info }) => type === elf.SHT.RELA && info === section.index)
    .flatMap((table) => readSection(object, table, section))
    .toSorted((a, b) => a.offset - b.offset)
}

function readSection(object: ElfFile, table: ElfSection, section: ElfSection): RawReference[] {
  const isCode = (section.flags & elf.SHF.EXECINSTR) !== 0
  const instructionAt = isCode ? instructionFinder(section.data) : () => undefined
  const place = `${object.file}, ${section.name}`
  return inOrder(readRelocations(object, table))
    .filter((relocation) => relocation.type !== 0)
    .map((relocation) => {
      const kind = relocationKind(relocation.type, place)
      if (relocation.offset + kind.size > section.size) {
        throw new Fault(
          'elf/malformed',
          `Cannot relocate offset 0x${relocation.offset.toString(16)}: the section has ${section.size} bytes`,
          { in: place },
        )
      }
      const instruction = instructionAt(relocation.offset)
      const bias = kind.isPcRelative && instruction !== undefined ? instruction.offset + instruction.length - relocation.offset : 0
      const symbol = object.symbols[relocation.symbol]
      if (symbol === undefined) throw new Fault('elf/malformed', 'Cannot follow a relocation: its symbol does not exist', { in: place })
      const addend = Number(relocation.addend) + bias
      return {
        offset: relocation.offset,
        type: relocation.type,
        bias,
        isBranch: instruction?.isDirectBranch ?? false,
        place: placeOf(object, symbol, addend),
      }
    })
}

/** The assembler writes them in order; what has been edited since may not be. */
function inOrder(relocations: readonly ElfRelocation[]): readonly ElfRelocation[] {
  const isOrdered = relocations.every((relocation, rank) => rank === 0 || (relocations[rank - 1]?.offset ?? 0) <= relocation.offset)
  return isOrdered ? relocations : relocations.toSorted((a, b) => a.offset - b.offset)
}

function placeOf(object: ElfFile, symbol: ElfFile['symbols'][number], offset: number): Place {
  const section = object.sections[symbol.section]
  if (section === undefined || symbol.section === elf.SHN.UNDEF) {
    return { kind: 'symbol', name: symbol.name, offset, isWeak: symbol.bind === elf.STB.WEAK }
  }
  const start = Number(symbol.value)
  const symbolStart = symbol.type === elf.STT.SECTION ? undefined : start
  return { kind: 'section', section: symbol.section, sectionName: section.name, offset: start + offset, symbolStart }
}

function instructionFinder(code: Uint8Array): (offset: number) => MachineInstruction | undefined {
  let instructions: readonly MachineInstruction[] | undefined
  return (offset) => {
    instructions ??= decodeInstructions(code)
    return instructions[lastAtOrBefore(instructions, offset, (instruction) => instruction.offset)]
  }
}
