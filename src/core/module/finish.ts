import { type ObjectRelocation, type ObjectSection, type ObjectSymbol, type RelocatableObject, elf } from '../elf/mod.ts'
import { VMLINUX, klpRelocationSection, parseKlpSymbol } from '../klp/mod.ts'
import { isFunctionAlias, plainName, unitOfSection } from './patch-object.ts'

/**
 * Makes the linked module a live patch: symbols named `.klp.sym.…` become the livepatch core's (SHN_LIVEPATCH), and relocations to them move
 * to `.klp.rela.<object>.<section>`. The linker cannot do this: it knows neither the section index nor two tables for one section.
 * `objectOfUnit` names the object that each unit belongs to, by unit index.
 */
export function finishModule(linked: RelocatableObject, objectOfUnit: readonly string[]): RelocatableObject {
  const symbols = finishSymbols(linked.symbols)
  const renewed = (relocation: ObjectRelocation): ObjectRelocation => ({
    ...relocation,
    symbol: symbols.get(relocation.symbol) ?? relocation.symbol,
  })
  const sections = linked.sections.map((section): ObjectSection => {
    const relocations = section.relocations.map(renewed)
    const isLate = ({ symbol }: ObjectRelocation) => symbol.place.kind === 'livepatch'
    const unit = unitOfSection(section.name)
    const owner = (unit === undefined ? undefined : objectOfUnit[unit]) ?? VMLINUX
    const extraTables = [...Map.groupBy(relocations.filter(isLate), ({ symbol }) => tableOwner(owner, symbol))].map(([object, late]) => ({
      ...klpRelocationSection(object, section.name),
      relocations: late,
    }))
    return { ...section, relocations: relocations.filter((relocation) => !isLate(relocation)), extraTables }
  })
  return { ...linked, sections, symbols: [...new Set(symbols.values())] }
}

/**
 * The object whose loading makes a relocation apply. A table of a module may not name symbols of the kernel image (kernel/livepatch/core.c,
 * klp_resolve_symbols), and need not: the image is there when the live patch loads, so they are resolved with those of its own units.
 */
function tableOwner(owner: string, symbol: ObjectSymbol): string {
  return parseKlpSymbol(symbol.name)?.object === VMLINUX ? VMLINUX : owner
}

/** Each symbol's final form; names that only joined the parts together give way to the function that they stand for. */
function finishSymbols(symbols: readonly ObjectSymbol[]): Map<ObjectSymbol, ObjectSymbol> {
  const final = new Map(symbols.map((symbol) => [symbol, finishSymbol(symbol)]))
  const isAlias = (symbol: ObjectSymbol) => isFunctionAlias(symbol.name) && symbol.place.kind === 'section'
  for (const alias of symbols.filter(isAlias)) {
    const func = symbols.find((symbol) => !isAlias(symbol) && symbol.type === elf.STT.FUNC && isSamePlace(symbol, alias))
    const replacement = func === undefined ? undefined : final.get(func)
    if (replacement !== undefined) final.set(alias, replacement)
  }
  return final
}

function isSamePlace(a: ObjectSymbol, b: ObjectSymbol): boolean {
  return a.place.kind === 'section' && b.place.kind === 'section' && a.place.index === b.place.index && a.value === b.value
}

function finishSymbol(symbol: ObjectSymbol): ObjectSymbol {
  if (symbol.place.kind === 'undefined' && parseKlpSymbol(symbol.name) !== undefined) return { ...symbol, place: { kind: 'livepatch' } }
  // What joined the parts of the patch is nobody's business outside the module.
  const isInternal = symbol.place.kind === 'section' && symbol.bind === elf.STB.GLOBAL && !KEPT_GLOBAL.has(symbol.name)
  return isInternal ? { ...symbol, name: plainName(symbol.name), bind: elf.STB.LOCAL } : symbol
}

const KEPT_GLOBAL: ReadonlySet<string> = new Set(['init_module', 'cleanup_module', '__this_module'])
