import { Cursor, Fault, latin1FromBytes } from '../base/mod.ts'
import type { Btf, BtfId, BtfType } from './btf.ts'
import { type BtfRecord, readBtfType } from './btf-types.ts'

const MAGIC = 0xeb9f
const VERSION = 1
const HEADER_SIZE = 24
const KIND_MAX = 19

/**
 * Reads a .BTF section. A module's is split: give the kernel's as `base`. Every type id, string and size is checked, so what comes out can be
 * followed without looking. Faults: kernel/btf.
 */
export function readBtf(bytes: Uint8Array, file: string, base?: Btf): Btf {
  const { types: typeBytes, strings } = readSections(bytes, file)
  const names = makeNames(strings, file, base)
  const types: BtfType[] = base === undefined ? [{ kind: 'void' }] : [...base.types]
  const firstOwn = types.length
  const cursor = new Cursor(typeBytes, { file: `${file}, types`, truncated: 'kernel/btf' })
  while (!cursor.isAtEnd) types.push(readBtfType(readRecord(cursor, names, file), cursor, names))
  checkReferences(types, firstOwn, file)
  return { file, types, strings, idsByName: indexNames(types, firstOwn, base) }
}

export function readSections(bytes: Uint8Array, file: string): { types: Uint8Array; strings: Uint8Array } {
  const cursor = new Cursor(bytes, { file, truncated: 'kernel/btf' })
  if (cursor.u16() !== MAGIC || cursor.u8() !== VERSION)
    throw new Fault('kernel/btf', 'Cannot read this as BTF: it has another magic number or version', { in: file })
  cursor.u8() // flags
  const headerSize = cursor.u32()
  if (headerSize < HEADER_SIZE) throw new Fault('kernel/btf', `Cannot read BTF with a header of ${headerSize} bytes`, { in: file })
  const [typesAt, typesSize, stringsAt, stringsSize] = [cursor.u32(), cursor.u32(), cursor.u32(), cursor.u32()]
  const types = cursor.seek(headerSize + typesAt).bytes(typesSize)
  const strings = cursor.seek(headerSize + stringsAt).bytes(stringsSize)
  return { types, strings }
}

/** Texts by offset; a split BTF counts on from the end of its base's. */
function makeNames(strings: Uint8Array, file: string, base: Btf | undefined): (offset: number) => string {
  const baseSize = base?.strings.length ?? 0
  const seen = new Map<number, string>()
  return (offset) => {
    const known = seen.get(offset)
    if (known !== undefined) return known
    const [table, at] = offset < baseSize ? [base?.strings ?? strings, offset] : [strings, offset - baseSize]
    const end = table.indexOf(0, at)
    if (offset !== 0 && (at >= table.length || end < 0)) {
      throw new Fault(
        'kernel/btf',
        `Cannot read a name at offset 0x${offset.toString(16)}: the strings end at 0x${(baseSize + strings.length).toString(16)}`,
        { in: file },
      )
    }
    const text = offset === 0 ? '' : latin1FromBytes(table.subarray(at, end))
    seen.set(offset, text)
    return text
  }
}

function readRecord(cursor: Cursor, names: (offset: number) => string, file: string): BtfRecord {
  const at = cursor.at
  const name = names(cursor.u32())
  const info = cursor.u32()
  const kind = (info >>> 24) & 0x1f
  if (kind === 0 || kind > KIND_MAX)
    throw new Fault('kernel/btf', `Cannot read a type of kind ${kind} at offset 0x${at.toString(16)}`, { in: file })
  return { name, kind, count: info & 0xffff, flag: info >>> 31 === 1, sizeOrType: cursor.u32() }
}

/** Every id that a type names must be one. */
function checkReferences(types: readonly BtfType[], firstOwn: number, file: string): void {
  for (let id = firstOwn; id < types.length; id++) {
    for (const reference of referencesOf(types[id])) {
      if (reference >= types.length) {
        throw new Fault('kernel/btf', `Cannot follow type ${id}: it names type ${reference}, and there are ${types.length}`, { in: file })
      }
    }
  }
}

/** The ids that a type is made of. */
export function referencesOf(type: BtfType | undefined): BtfId[] {
  switch (type?.kind) {
    case 'pointer':
    case 'const':
    case 'volatile':
    case 'restrict':
    case 'typedef':
    case 'typeTag':
    case 'declTag':
      return [type.target]
    case 'array':
      return [type.element, type.indexType]
    case 'struct':
    case 'union':
      return type.members.map((member) => member.type)
    case 'function':
      return [type.prototype]
    case 'prototype':
      return [type.result, ...type.parameters.map((parameter) => parameter.type)]
    case 'variable':
      return [type.type]
    case 'section':
      return type.variables.map((variable) => variable.type)
    default:
      return []
  }
}

function indexNames(types: readonly BtfType[], firstOwn: number, base: Btf | undefined): Map<string, BtfId[]> {
  const index = new Map<string, BtfId[]>([...(base?.idsByName ?? [])].map(([name, ids]) => [name, [...ids]]))
  for (let id = firstOwn; id < types.length; id++) {
    const type = types[id]
    if (type === undefined || !('name' in type) || type.name === '') continue
    const ids = index.get(type.name)
    if (ids === undefined) index.set(type.name, [id])
    else ids.push(id)
  }
  return index
}
