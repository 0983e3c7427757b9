import { type ObjectRelocation, type ObjectSection, type ObjectSymbol, type RelocatableObject, elf } from '../elf/mod.ts'
import { VMLINUX, klpRelocationSection, parseKlpSymbol } from '../klp/mod.ts'
import { unitOfSection } from './patch-object.ts'

/**
 * Makes the linked module a live patch: symbols named `.klp.sym.…` become the livepatch core's (SHN_LIVEPATCH), and relocations to them move
 * to `.klp.rela.<object>.<section>`. The linker cannot do this: it knows neither the section index nor two tables for one section.
 * `objectOfUnit` names the object that each unit belongs to, by unit index.
 */
export function finishModule(linked: RelocatableObject, objectOfUnit: readonly string[]): RelocatableObject {
  const symbols = new Map(linked.symbols.map((symbol) => [symbol, finishSymbol(symbol)]))
  const renewed = (relocation: ObjectRelocation): ObjectRelocation => ({ ...relocation, symbol: symbols.get(relocation.symbol) ?? relocation.symbol })
  const sections = linked.sections.map((section): ObjectSection => {
    const relocations = section.relocations.map(renewed)
    const isLate = ({ symbol }: ObjectRelocation) => symbol.place.kind === 'livepatch'
    const unit = unitOfSection(section.name)
    const owner = (unit === undefined ? undefined : objectOfUnit[unit]) ?? VMLINUX
    const late = relocations.filter(isLate)
    const extraTables = late.length === 0 ? [] : [{ ...klpRelocationSection(owner, section.name), relocations: late }]
    return { ...section, relocations: relocations.filter((relocation) => !isLate(relocation)), extraTables }
  })
  return { ...linked, sections, symbols: [...symbols.values()] }
}

function finishSymbol(symbol: ObjectSymbol): ObjectSymbol {
  if (symbol.place.kind === 'undefined' && parseKlpSymbol(symbol.name) !== undefined) return { ...symbol, place: { kind: 'livepatch' } }
  // Names that only joined the parts together are nobody's business outside the module.
  const isInternal = symbol.place.kind === 'section' && symbol.bind === elf.STB.GLOBAL && !KEPT_GLOBAL.has(symbol.name)
  return isInternal ? { ...symbol, bind: elf.STB.LOCAL } : symbol
}

const KEPT_GLOBAL: ReadonlySet<string> = new Set(['init_module', 'cleanup_module', '__this_module'])
