import { relocationKind } from '../arch/mod.ts'
import { type ElfFile, type ElfRelocation, type ElfSection, elf, readRelocations } from '../elf/mod.ts'
import { readBuildId } from '../kernel/mod.ts'
import { SEALED, pointerCheck } from './landing-pads.ts'
import { type Candidate, type RunningObject, decodeField, sectionReader } from './running-object.ts'

/** Sections of a module have no addresses before it is loaded: each is given a room of its own. */
const ROOM = 1n << 32n

export interface ModuleOptions {
  readonly name: string
  readonly module: ElfFile
  /** Whether the kernel's functions begin with landing pads. */
  readonly hasLandingPads: boolean
}

/** A module as shipped: relocatable, so that a field is what its relocation says, or, within a section, what the assembler resolved. */
export function runningModule({ name, module, hasLandingPads }: ModuleOptions): RunningObject {
  const addressOf = (section: ElfSection) => BigInt(section.index) * ROOM
  const read = sectionReader(module, addressOf)
  const relocations = new Map<bigint, ElfRelocation>()
  for (const table of module.sections.filter((section) => section.type === elf.SHT.RELA)) {
    const section = module.sections[table.info]
    if (section === undefined) continue
    for (const relocation of readRelocations(module, table)) relocations.set(addressOf(section) + BigInt(relocation.offset), relocation)
  }
  const counted = module.symbols.filter((symbol) => isCounted(module, symbol.section) && symbol.name !== '')
  const initNames = new Set(
    module.symbols.filter((symbol) => module.sections[symbol.section]?.name.startsWith('.init') === true).map((symbol) => symbol.name),
  )
  const byName = Map.groupBy(counted, (symbol) => symbol.name)
  return {
    name,
    buildId: readBuildId(module),
    candidates: (wanted) =>
      (byName.get(wanted) ?? []).map((symbol, index): Candidate => ({
        address: BigInt(symbol.section) * ROOM + symbol.value,
        rank: index + 1,
        isGlobal: symbol.bind !== elf.STB.LOCAL,
        isWeak: symbol.bind === elf.STB.WEAK,
        isInit: false, // those are not counted
        isReadOnly: false,
      })),
    isCountSteady: (wanted) => !initNames.has(wanted),
    read,
    isCallableByPointer: hasLandingPads ? pointerCheck(module, { sealed: readSealed(module), read, addressOf }) : () => true,
    follow(address, type) {
      const relocation = relocations.get(address)
      if (relocation === undefined) {
        const bytes = read(address, relocationKind(type, name).size)
        return bytes === undefined ? undefined : { kind: 'address', place: decodeField(bytes, address, type) }
      }
      const symbol = module.symbols[relocation.symbol]
      if (symbol === undefined) return undefined
      if (symbol.section === elf.SHN.UNDEF) return { kind: 'symbol', name: symbol.name, addend: relocation.addend }
      return { kind: 'address', place: BigInt.asUintN(64, BigInt(symbol.section) * ROOM + symbol.value + relocation.addend) }
    },
  }
}

function readSealed(module: ElfFile): Set<bigint> {
  const table = module.sections.find(({ type, info }) => type === elf.SHT.RELA && module.sections[info]?.name === SEALED)
  const relocations = table === undefined ? [] : readRelocations(module, table)
  return new Set(
    relocations.flatMap(({ symbol, addend }) => {
      const target = module.symbols[symbol]
      return target === undefined ? [] : [BigInt(target.section) * ROOM + target.value + addend]
    }),
  )
}

/** The symbols that a loaded module keeps: kernel/module/kallsyms.c, is_core_symbol() with CONFIG_KALLSYMS_ALL. */
function isCounted(module: ElfFile, index: number): boolean {
  const section = module.sections[index]
  return index !== elf.SHN.UNDEF && section !== undefined && (section.flags & elf.SHF.ALLOC) !== 0 && !section.name.startsWith('.init')
}
