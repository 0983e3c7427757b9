import { R_X86_64, relocationKind } from '../arch/mod.ts'
import { Fault, concatBytes, copyBytes } from '../base/mod.ts'
import { type CallbackTime, type Item, type LinkedReference, isPerCpuSection, prefixName } from '../diff/mod.ts'
import { type ObjectRelocation, type ObjectSection, type ObjectSymbol, type RelocatableObject, elf, undefinedSymbol } from '../elf/mod.ts'
import { type ResolvedUnit, type SymbolRef, VMLINUX, formatKlpSymbol, linkOfSetting, parseKlpSymbol } from '../klp/mod.ts'
import { isCountedCall } from './late-calls.ts'
import { latePointers } from './late-data.ts'

/**
 * One unit's part of the live patch as a relocatable object, for the linker: the items that the patch brings, each in a section of its own,
 * and the special section entries of its functions. References into the running kernel are undefined symbols, those that the livepatch core
 * shall resolve under their final `.klp.sym.…` name (module/finish.ts turns them into what the kernel reads).
 */
export function writePatchObject(unit: ResolvedUnit, unitIndex: number): RelocatableObject {
  const imports = new Map<string, ObjectSymbol>()
  const importOf = (ref: SymbolRef): ObjectSymbol => {
    const name = ref.kind === 'klp' ? formatKlpSymbol(ref) : ref.kind === 'patch' ? newGlobalName(ref.object, ref.name) : ref.name
    const symbol = imports.get(name) ?? undefinedSymbol(name, ref.kind === 'none' ? elf.STB.WEAK : elf.STB.GLOBAL)
    imports.set(name, symbol)
    return symbol
  }
  const { carried } = unit.diff.inclusion
  const newGlobals = new Set(unit.diff.newGlobals)
  const globalName = (item: Item) => (newGlobals.has(item) ? newGlobalName(unit.object, item.name) : undefined)
  const own = new Map(carried.map((item, index) => [item, itemSymbol(item, index, globalName(item))]))
  const relocate = (linked: LinkedReference): ObjectRelocation => {
    const { reference, link } = linked
    const symbol = link.kind === 'carried' ? own.get(link.item) : importOf(unit.refOf(link))
    if (symbol === undefined) throw new RangeError(`the closure holds ${link.kind === 'carried' ? link.item.name : ''}`)
    return { offset: reference.offset, type: reference.type, symbol, addend: BigInt(link.offset - reference.bias) }
  }
  const sections = carried.map((item) => {
    const relocations = (unit.diff.inclusion.links.get(item) ?? []).map(relocate)
    return itemSection({ ...item, data: unit.diff.inclusion.code.get(item) ?? item.data }, unitIndex, relocations)
  })
  const tables = specialSections(unit, relocate)
  const entries = unit.diff.replaced.flatMap(({ patched }, rank) => aliasOf(own.get(patched), newFunctionAlias(unitIndex, rank)))
  const prefixes = carried.flatMap((item, index) => (item.padding === 0 ? [] : [prefixSymbol(item, index)]))
  const callbacks = unit.diff.callbacks.flatMap(({ when, item }) => aliasOf(own.get(item), callbackAlias(unitIndex, when)))
  const late = latePointers(unit).flatMap(({ item, offset, trampoline }, rank) => [
    ...aliasOf(own.get(item), latePointerAlias(unitIndex, rank), offset),
    ...(trampoline === undefined ? [] : aliasOf(own.get(trampoline), trampolineAlias(unitIndex, rank))),
  ])
  const cells = unit.diff.settings.map((setting, rank) => settingCell(unitIndex, rank, importOf(unit.refOf(linkOfSetting(setting)))))
  const firstCell = sections.length + tables.length
  return {
    machine: elf.EM.X86_64,
    flags: 0,
    sections: [...sections, ...tables, ...cells],
    symbols: [
      ...own.values(),
      ...prefixes,
      ...entries,
      ...callbacks,
      ...late,
      ...cells.map((_, rank) => cellSymbol(unitIndex, rank, firstCell + rank)),
      ...imports.values(),
    ],
  }
}

/** The C file with the klp structures takes the new functions' addresses by these names, since `foo.isra.0` is no C identifier. */
export function newFunctionAlias(unitIndex: number, rank: number): string {
  return `kmend_new_${unitIndex}_${rank}`
}

/** A unit has one callback of each kind. */
export function callbackAlias(unitIndex: number, when: CallbackTime): string {
  return `kmend_${when}_${unitIndex}`
}

/** A pointer to a variable that is to be set, filled in by the livepatch core when the variable's object is there. */
export function settingAlias(unitIndex: number, rank: number): string {
  return `kmend_at_${unitIndex}_${rank}`
}

/** A pointer that begins with an address in the module, by its rank in `latePointers`. */
export function latePointerAlias(unitIndex: number, rank: number): string {
  return `kmend_late_${unitIndex}_${rank}`
}

/** The trampoline of the static call whose key that is. */
export function trampolineAlias(unitIndex: number, rank: number): string {
  return `kmend_trampoline_${unitIndex}_${rank}`
}

/** Names under which the C file with the klp structures knows functions that have names of their own. */
export function isFunctionAlias(name: string): boolean {
  return /^kmend_(?:new_\d+|(?:pre|post)_(?:un)?patch)_\d+$/.test(name)
}

/** A new global as the patch's units link to it: two modules may each bring one of the same name. */
export function newGlobalName(object: string, name: string): string {
  return `kmend_global:${object}:${name}`
}

/** The name in the source of what `newGlobalName` named. */
export function plainName(name: string): string {
  return name.replace(/^kmend_global:[^:]*:/, '')
}

/** The unit whose object is patched by this section; undefined for sections that hold parts of several units. */
export function unitOfSection(name: string): number | undefined {
  const match = /^\.(?:text|data|bss|rodata)\.u(\d+)\./.exec(name)
  return match?.[1] === undefined ? undefined : Number(match[1])
}

function aliasOf(symbol: ObjectSymbol | undefined, name: string, offset = 0): ObjectSymbol[] {
  return symbol === undefined ? [] : [{ ...symbol, name, value: symbol.value + BigInt(offset), bind: elf.STB.GLOBAL }]
}

function itemSymbol(item: Item, index: number, globalName: string | undefined): ObjectSymbol {
  return {
    name: globalName ?? (item.kind === 'function' || item.kind === 'data' ? item.name : `.Lkmend${index}`),
    value: BigInt(item.padding),
    size: item.size,
    type: item.kind === 'function' ? elf.STT.FUNC : elf.STT.OBJECT,
    // A replaced function stays local: its global name is the running kernel's. Only what is new there may be linked by other units.
    bind: globalName !== undefined ? elf.STB.GLOBAL : elf.STB.LOCAL,
    other: 0,
    place: { kind: 'section', index },
  }
}

/** The kernel names padding in kallsyms, so that the unwinder's reports and tracing do not take it for the function before. */
function prefixSymbol(item: Item, index: number): ObjectSymbol {
  return {
    name: prefixName(item.name),
    value: 0n,
    size: item.padding,
    type: elf.STT.FUNC,
    bind: elf.STB.LOCAL,
    other: 0,
    place: { kind: 'section', index },
  }
}

function itemSection(item: Item, unitIndex: number, relocations: readonly ObjectRelocation[]): ObjectSection {
  const { section, padding } = item
  const code = copyBytes(item.data)
  zeroFields(code, relocations)
  return {
    name: sectionName(item, unitIndex, relocations.some(isLate)),
    type: section.type,
    flags: section.flags & (elf.SHF.WRITE | elf.SHF.ALLOC | elf.SHF.EXECINSTR),
    align: Math.max(1, alignmentOf(item)),
    entrySize: 0,
    data: padding === 0 ? code : concatBytes([section.data.subarray(item.start - padding, item.start), code]),
    size: padding + item.size,
    relocations: relocations.map((relocation) => ({ ...relocation, offset: padding + relocation.offset })),
    extraTables: [],
  }
}

/** An item that stood inside a section keeps the alignment that its place there gave it. */
function alignmentOf(item: Item): number {
  const begin = item.start - item.padding
  const lowestBit = begin === 0 ? item.section.align : begin & -begin
  return Math.min(item.section.align, lowestBit)
}

/** Sections that the module loader treats by their name. */
const KEPT_SECTIONS: ReadonlySet<string> = new Set([
  '.data..ro_after_init',
  '__dyndbg',
  '___srcu_struct_ptrs', // DEFINE_SRCU in a module: only the kernel can give the domain its data per CPU
])

/** Every other item lies in a section that names its unit, so that relocations can be told apart by the object they wait for. */
function sectionName({ section, kind, name }: Item, unitIndex: number, waits: boolean): string {
  if (kind === 'string') return '.rodata.str.kmend'
  // The loader makes room per CPU for this one section only; the kernel's own subsections of it mean nothing to it.
  if (isPerCpuSection(section.name)) return '.data..percpu'
  if (KEPT_SECTIONS.has(section.name) && !waits) return section.name
  const isCode = (section.flags & elf.SHF.EXECINSTR) !== 0
  const isWritable = (section.flags & elf.SHF.WRITE) !== 0
  const base = isCode ? '.text' : section.type === elf.SHT.NOBITS ? '.bss' : isWritable ? '.data' : '.rodata'
  return `${base}.u${unitIndex}.${name.replace(/^\./, '')}`
}

/** Whether a relocation waits for a module: a section that parts of several objects share cannot. */
function isLate({ symbol }: ObjectRelocation): boolean {
  const wanted = parseKlpSymbol(symbol.name)
  return wanted !== undefined && wanted.object !== VMLINUX
}

function specialSections(unit: ResolvedUnit, relocate: (linked: LinkedReference) => ObjectRelocation): ObjectSection[] {
  const kept = unit.diff.inclusion.entries.filter(isCountedCall(unit))
  const byTable = Map.groupBy(kept, ({ entry }) => entry.table)
  return [...byTable].flatMap(([table, entries]): ObjectSection[] => {
    const [first] = entries
    if (first === undefined) return []
    const relocations = entries.flatMap(({ links }, rank) =>
      links.map((linked) => ({ ...relocate(linked), offset: rank * table.entrySize + linked.reference.offset })),
    )
    const data = concatBytes(entries.map(({ entry }) => entry.data))
    zeroFields(data, relocations)
    const base = { type: elf.SHT.PROGBITS, flags: first.entry.flags, align: Math.max(1, first.entry.align), entrySize: 0, extraTables: [] }
    const main: ObjectSection = { ...base, name: table.section, data, size: data.length, relocations }
    const companion = concatBytes(entries.map(({ entry }) => entry.companion ?? new Uint8Array(0)))
    if (companion.length === 0) return [main]
    return [main, { ...base, name: '.orc_unwind', align: 1, data: companion, size: companion.length, relocations: [] }]
  })
}

function settingCell(unitIndex: number, rank: number, symbol: ObjectSymbol): ObjectSection {
  return {
    name: `.data.u${unitIndex}.${settingAlias(unitIndex, rank)}`,
    type: elf.SHT.PROGBITS,
    flags: elf.SHF.WRITE | elf.SHF.ALLOC,
    align: POINTER_SIZE,
    entrySize: 0,
    data: new Uint8Array(POINTER_SIZE),
    size: POINTER_SIZE,
    relocations: [{ offset: 0, type: R_X86_64.ABS64, symbol, addend: 0n }],
    extraTables: [],
  }
}

function cellSymbol(unitIndex: number, rank: number, index: number): ObjectSymbol {
  const place = { kind: 'section', index } as const
  return { name: settingAlias(unitIndex, rank), value: 0n, size: POINTER_SIZE, type: elf.STT.OBJECT, bind: elf.STB.GLOBAL, other: 0, place }
}

const POINTER_SIZE = 8

/** The loader refuses a field that is not zero before it is relocated. */
function zeroFields(data: Uint8Array, relocations: readonly ObjectRelocation[]): void {
  for (const { offset, type } of relocations) {
    const { size } = relocationKind(type, 'a patch object')
    if (offset + size > data.length) throw new Fault('elf/malformed', `Cannot relocate offset ${offset} of an item of ${data.length} bytes`)
    data.fill(0, offset, offset + size)
  }
}
