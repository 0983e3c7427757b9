import { Cursor } from '../base/mod.ts'
import { type ElfFile, findSection } from '../elf/mod.ts'
import type { Note } from './refusal.ts'

/** A symbol that an object exports to modules. */
export interface ObjectExport {
  readonly name: string
  readonly isGplOnly: boolean
  /** Empty when it is in no namespace. */
  readonly namespace: string
}

/**
 * The exports of an object in either form that kernels have: a section `___ksymtab[_gpl]+name` each, with the strings beside (before 6.4), or records in
 * `.export_symbol` that modpost turns into those (include/linux/export.h): license and namespace as strings, then the symbol's address.
 */
export function readObjectExports(object: ElfFile): ObjectExport[] {
  return [...readTables(object), ...readRecords(object)]
}

function readTables(object: ElfFile): ObjectExport[] {
  const strings = findSection(object, '__ksymtab_strings')
  const namespaces = new Map(object.symbols.filter(({ name }) => name.startsWith('__kstrtabns_')).map((symbol) => [symbol.name, symbol]))
  return object.sections.flatMap(({ name: section }) => {
    const [, gpl = '', name] = /^___ksymtab(_gpl)?\+(.+)$/.exec(section) ?? []
    if (name === undefined) return []
    const symbol = namespaces.get(`__kstrtabns_${name}`)
    const isThere = strings !== undefined && symbol?.section === strings.index
    return [{ name, isGplOnly: gpl !== '', namespace: isThere ? textAt(object, strings.data, Number(symbol.value)) : '' }]
  })
}

function readRecords(object: ElfFile): ObjectExport[] {
  const section = findSection(object, '.export_symbol')
  if (section === undefined) return []
  const records = object.symbols.filter((symbol) => symbol.section === section.index && symbol.name.startsWith('__export_symbol_'))
  return records.map((symbol) => {
    const license = textAt(object, section.data, Number(symbol.value))
    const namespace = textAt(object, section.data, Number(symbol.value) + license.length + 1)
    return { name: symbol.name.slice('__export_symbol_'.length), isGplOnly: license === 'GPL', namespace }
  })
}

function textAt(object: ElfFile, data: Uint8Array, offset: number): string {
  return new Cursor(data, { file: `${object.file}, strings of exports`, truncated: 'elf/truncated' }).seek(offset).cstring()
}

/** A live patch exports nothing and takes no export back: what the patch does to the exports is left out. */
export function noteExports({
  unit,
  original,
  patched,
}: {
  readonly unit: string
  readonly original: ElfFile
  readonly patched: ElfFile
}): Note[] {
  const before = byName(original)
  const after = byName(patched)
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((name): Note[] => {
    const [old, now] = [before.get(name), after.get(name)]
    if (old?.isGplOnly === now?.isGplOnly && old?.namespace === now?.namespace) return []
    const text =
      old === undefined
        ? 'newly exported: left out, only the code of this live patch can use it'
        : now === undefined
          ? 'no longer exported: left out, the running kernel goes on exporting it'
          : 'exported in another way (license or namespace): left out, the running kernel exports it as before'
    return [{ unit, subject: name, text }]
  })
}

function byName(object: ElfFile): Map<string, ObjectExport> {
  return new Map(readObjectExports(object).map((entry) => [entry.name, entry]))
}
