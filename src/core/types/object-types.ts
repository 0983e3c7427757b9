import { areBytesEqual } from '../base/mod.ts'
import { type ElfFile, findSection } from '../elf/mod.ts'
import { type Btf, type BtfPrints, hasNewStructs, printBtf, readBtf, saysTheSame } from '../kernel/mod.ts'
import { shapeOf } from './shape.ts'

/** The two objects that were asked for last: who compares a pair asks for both several times, and there are ten thousand types in each. */
let lastRead: readonly { readonly object: ElfFile; readonly types: Btf }[] = []

/** The types that an object compiled with -gbtf describes; none when it has no such section. Faults: kernel/btf. */
export function typesOf(object: ElfFile): Btf {
  const known = lastRead.find((read) => read.object === object)
  if (known !== undefined) {
    lastRead = [known, ...lastRead.filter((read) => read !== known)]
    return known.types
  }
  const data = sectionOf(object)
  const types =
    data === undefined
      ? { file: object.file, types: [], idsByName: new Map(), strings: new Uint8Array(0) }
      : readBtf(data, `${object.file}, .BTF`)
  lastRead = [{ object, types }, ...lastRead.slice(0, 1)]
  return types
}

/** Whether two objects say the same of every type, function and variable that both name. To find that out takes a seventh of the time that reading their types does. */
export function haveSameTypes(one: ElfFile, other: ElfFile): boolean {
  const [a, b] = [sectionOf(one), sectionOf(other)]
  if (a === undefined || b === undefined) return a === b
  if (areBytesEqual(a, b)) return true
  const [before, after] = [printsOf(one, a), printsOf(other, b)]
  return before !== undefined && after !== undefined && saysTheSame(before, after)
}

/** Structs and unions that only the second object defines, with their sizes: by the names that changed types go by. */
export function newStructs(original: ElfFile, patched: ElfFile): ReadonlyMap<string, number> {
  const [a, b] = [sectionOf(original), sectionOf(patched)]
  if (a === undefined || b === undefined || areBytesEqual(a, b)) return new Map()
  const [before, after] = [printsOf(original, a), printsOf(patched, b)]
  if (before !== undefined && after !== undefined && !hasNewStructs(before, after)) return new Map()
  const known = structSizes(typesOf(original))
  return new Map([...structSizes(typesOf(patched))].filter(([name]) => !known.has(name)))
}

function structSizes({ types }: Btf): Map<string, number> {
  return new Map(
    types.flatMap((type) =>
      (type.kind === 'struct' || type.kind === 'union') && type.name !== '' ? [[`${type.kind} ${type.name}`, type.size] as const] : [],
    ),
  )
}

const prints = new WeakMap<ElfFile, BtfPrints | undefined>()

function printsOf(object: ElfFile, section: Uint8Array): BtfPrints | undefined {
  if (!prints.has(object)) prints.set(object, printBtf(section))
  return prints.get(object)
}

/** What a function takes and returns, as text to compare; undefined when the types do not tell of it. */
export function prototypeOf(btf: Btf, name: string): string | undefined {
  for (const id of btf.idsByName.get(name) ?? []) {
    const type = btf.types[id]
    if (type?.kind === 'function') return shapeOf(btf, type.prototype)
  }
  return undefined
}

function sectionOf(object: ElfFile): Uint8Array | undefined {
  return findSection(object, '.BTF')?.data
}
