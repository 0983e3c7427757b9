import { areBytesEqual } from '../base/mod.ts'
import { type ElfFile, findSection } from '../elf/mod.ts'
import { type Btf, readBtf } from '../kernel/mod.ts'
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

/** Whether two objects describe their types by the same bytes: then nothing about them differs. */
export function haveSameTypes(one: ElfFile, other: ElfFile): boolean {
  const [a, b] = [sectionOf(one), sectionOf(other)]
  return a === undefined || b === undefined ? a === b : areBytesEqual(a, b)
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
