import type { Cursor } from '../base/mod.ts'
import type { BtfMember, BtfType } from './btf.ts'

/** What every type starts with, decoded. */
export interface BtfRecord {
  readonly name: string
  readonly kind: number
  /** How many members, values, parameters or variables follow. */
  readonly count: number
  readonly flag: boolean
  /** A size in bytes or a type id, by kind. */
  readonly sizeOrType: number
}

type Names = (offset: number) => string

/** Reads what follows the record, by its kind: include/uapi/linux/btf.h. */
export function readBtfType(record: BtfRecord, cursor: Cursor, names: Names): BtfType {
  const { name, count, flag, sizeOrType } = record
  const list = <T>(read: () => T): T[] => Array.from({ length: checked(count, cursor) }, read)
  switch (record.kind) {
    case 1:
      return readInt(record, cursor)
    case 2:
      return { kind: 'pointer', target: sizeOrType }
    case 3:
      return { kind: 'array', element: cursor.u32(), indexType: cursor.u32(), count: cursor.u32() }
    case 4:
    case 5:
      return { kind: record.kind === 4 ? 'struct' : 'union', name, size: sizeOrType, members: list(() => readMember(cursor, names, flag)) }
    case 6:
      return {
        kind: 'enum',
        name,
        size: sizeOrType,
        isSigned: flag,
        values: list(() => ({ name: names(cursor.u32()), value: BigInt(flag ? cursor.i32() : cursor.u32()) })),
      }
    case 7:
      return { kind: 'forward', name, isUnion: flag }
    case 8:
      return { kind: 'typedef', name, target: sizeOrType }
    case 9:
      return { kind: 'volatile', target: sizeOrType }
    case 10:
      return { kind: 'const', target: sizeOrType }
    case 11:
      return { kind: 'restrict', target: sizeOrType }
    case 12:
      return { kind: 'function', name, prototype: sizeOrType, linkage: count }
    case 13:
      return { kind: 'prototype', result: sizeOrType, parameters: list(() => ({ name: names(cursor.u32()), type: cursor.u32() })) }
    case 14:
      return { kind: 'variable', name, type: sizeOrType, linkage: cursor.u32() }
    case 15:
      return {
        kind: 'section',
        name,
        size: sizeOrType,
        variables: list(() => ({ type: cursor.u32(), offset: cursor.u32(), size: cursor.u32() })),
      }
    case 16:
      return { kind: 'float', name, size: sizeOrType }
    case 17:
      return { kind: 'declTag', name, target: sizeOrType, component: cursor.i32() }
    case 18:
      return { kind: 'typeTag', name, target: sizeOrType }
    default:
      return {
        kind: 'enum',
        name,
        size: sizeOrType,
        isSigned: flag,
        values: list(() => ({ name: names(cursor.u32()), value: readSplit64(cursor, flag) })),
      }
  }
}

/** The smallest item takes 8 bytes: a count beyond that is a truncated or hostile file, and must not take memory. */
function checked(count: number, cursor: Cursor): number {
  if (count * 8 > cursor.size - cursor.at) cursor.bytes(count * 8)
  return count
}

const ENCODINGS = { 0: 'unsigned', 1: 'signed', 2: 'char', 4: 'bool' } as const

function readInt({ name, sizeOrType }: BtfRecord, cursor: Cursor): BtfType {
  const data = cursor.u32()
  const encoding = ENCODINGS[((data >>> 24) & 0xf) as keyof typeof ENCODINGS] ?? 'unsigned'
  return { kind: 'int', name, size: sizeOrType, bits: data & 0xff, bitOffset: (data >>> 16) & 0xff, encoding }
}

/** With the struct's flag set, the top byte of the offset is the size of a bit-field. */
function readMember(cursor: Cursor, names: Names, hasBitSizes: boolean): BtfMember {
  const name = names(cursor.u32())
  const type = cursor.u32()
  const offset = cursor.u32()
  return hasBitSizes ? { name, type, bitOffset: offset & 0xff_ffff, bitSize: offset >>> 24 } : { name, type, bitOffset: offset, bitSize: 0 }
}

function readSplit64(cursor: Cursor, isSigned: boolean): bigint {
  const value = BigInt(cursor.u32()) | (BigInt(cursor.u32()) << 32n)
  return isSigned ? BigInt.asIntN(64, value) : value
}
