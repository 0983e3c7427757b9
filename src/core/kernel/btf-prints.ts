import { readSections } from './btf-read.ts'
import { type PrintKind, PrintTable } from './print-table.ts'

/**
 * What a .BTF section says of each thing that has a name, as numbers of 52 bits: two compilations are compared by them in a small part of the time that reading
 * both takes. The order tells nothing: gcc's differs from run to run. By kind and name stands all that a thing is made of: members by name, place and type; other
 * named types by their names, since each has an entry of its own. Of several functions or variables by one name the sum.
 */
export type BtfPrints = Pick<PrintTable, 'get' | 'some' | 'size'>

/**
 * Whether whatever both name is the same in both: structs, unions, enums with their values, typedefs, functions and variables. A struct that
 * only one has may be one that only the other has, by another name, and a value that is no more is a change of the enum that it was of.
 */
export function saysTheSame(before: BtfPrints, after: BtfPrints): boolean {
  const isRenamed = hasOther('struct', before, after) && hasOther('struct', after, before)
  return !isRenamed && !hasOther('value', before, after) && !isContradicted(before, after)
}

/** Whether there are structs or unions by names that were none before. */
export function hasNewStructs(before: BtfPrints, after: BtfPrints): boolean {
  return hasOther('struct', after, before)
}

function hasOther(wanted: PrintKind, some: BtfPrints, all: BtfPrints): boolean {
  return some.some((name, _, kind) => kind === wanted && all.get(name) === undefined)
}

function isContradicted(some: BtfPrints, others: BtfPrints): boolean {
  return some.some((name, whole) => (others.get(name) ?? whole) !== whole)
}

const RECORD_SIZE = 12
/** Types inside types that have no name, and pointers to pointers. */
const DEPTH_MAX = 64

/** Bytes after the record, for each item that it counts: include/uapi/linux/btf.h. */
const ITEM_SIZES: Readonly<Record<number, number>> = { 4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12 }
/** Bytes after the record, whatever it counts. */
const EXTRA_SIZES: Readonly<Record<number, number>> = { 1: 4, 3: 12, 14: 4, 17: 4 }

const [POINTER, ARRAY, STRUCT, UNION, ENUM, FORWARD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNCTION, PROTOTYPE, VARIABLE, TYPE_TAG, ENUM64] =
  [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 18, 19] as const

/** No kind of BTF's: a value of an enum. */
const ENUMERATOR = 0x20

/** Undefined where it cannot be read as it should, or has two types by one name: who reads it whole says what is wrong, and which is which. */
export function printBtf(section: Uint8Array): BtfPrints | undefined {
  try {
    return new Printer(section).print()
  } catch {
    return undefined
  }
}

/** Two sums of 32 bits under way. */
class Sum {
  #a = 0x9747_b28c | 0
  #b = 0x1b87_3593 | 0

  add(value: number): this {
    this.#a = Math.imul(this.#a ^ value, 0x85eb_ca6b)
    this.#a ^= this.#a >>> 13
    this.#b = Math.imul(this.#b ^ value, 0xc2b2_ae35)
    this.#b = (this.#b << 15) | (this.#b >>> 17)
    return this
  }

  get whole(): number {
    const [a, b] = [Math.imul(this.#a ^ (this.#a >>> 16), 0x27d4_eb2f), Math.imul(this.#b ^ (this.#b >>> 16), 0x1656_67b1)]
    return (a >>> 6) * 0x400_0000 + (b >>> 6)
  }
}

class Printer {
  readonly #types: DataView
  readonly #strings: Uint8Array
  /** By id, where its record begins; the first is void, which has none. */
  readonly #at: number[] = [0]
  /** By id: what was asked before. */
  readonly #shown: Float64Array
  readonly #prints: PrintTable

  constructor(section: Uint8Array) {
    const { types, strings } = readSections(section, '.BTF')
    this.#types = new DataView(types.buffer, types.byteOffset, types.byteLength)
    this.#strings = strings
    for (let at = 0; at < types.length;) {
      this.#at.push(at)
      const { kind, count } = this.#record(at)
      at += RECORD_SIZE + (ITEM_SIZES[kind] ?? 0) * count + (EXTRA_SIZES[kind] ?? 0)
    }
    this.#shown = new Float64Array(this.#at.length).fill(-1)
    this.#prints = new PrintTable(this.#at.length)
  }

  print(): BtfPrints {
    for (let id = 1; id < this.#at.length; id++) this.#printType(id)
    return this.#prints
  }

  #record(at: number) {
    const info = this.#types.getUint32(at + 4, true)
    return {
      name: this.#types.getUint32(at, true),
      kind: (info >>> 24) & 0x1f,
      isFlagged: info >>> 31 === 1,
      count: info & 0xffff,
      sizeOrType: this.#types.getUint32(at + 8, true),
    }
  }

  #printType(id: number): void {
    const at = this.#at[id] as number
    const { name, kind, count, isFlagged, sizeOrType } = this.#record(at)
    switch (kind) {
      case STRUCT:
      case UNION:
        if (name !== 0) this.#add(kind, name, this.#body(id, 0))
        break
      case ENUM:
      case ENUM64: {
        if (name !== 0) this.#add(kind, name, this.#valuesOf(id))
        const step = ITEM_SIZES[kind] ?? 0
        for (let item = at + RECORD_SIZE; item < at + RECORD_SIZE + step * count; item += step) {
          const sum = new Sum().add(sizeOrType).add(isFlagged ? 1 : 0)
          for (let word = 4; word < step; word += 4) sum.add(this.#types.getUint32(item + word, true))
          this.#add(ENUMERATOR, this.#types.getUint32(item, true), sum.whole)
        }
        break
      }
      case TYPEDEF:
      case FUNCTION:
        this.#add(kind, name, this.#show(sizeOrType, 0))
        break
      case VARIABLE:
        this.#add(kind, name, this.#show(sizeOrType, 0))
        break
    }
  }

  #add(kind: number, name: number, whole: number): void {
    const key = addNumber(new Sum().add(kind), this.#text(name)).whole
    const known = this.#prints.get(key)
    // Of two types by one name in functions it is not said which is which, and they are compared in the order of the source.
    if (known !== undefined && kind !== FUNCTION && kind !== VARIABLE) throw new RangeError('two types by one name')
    this.#prints.set(key, (known ?? 0) + whole, kind === STRUCT || kind === UNION ? 'struct' : kind === ENUMERATOR ? 'value' : 'other')
  }

  /** A struct or union by its members. */
  #body(id: number, depth: number): number {
    const at = this.#at[id] as number
    const { kind, count, isFlagged, sizeOrType } = this.#record(at)
    const sum = new Sum()
      .add(kind)
      .add(sizeOrType)
      .add(isFlagged ? 1 : 0)
    for (let item = at + RECORD_SIZE; item < at + RECORD_SIZE + 12 * count; item += 12) {
      addNumber(sum, this.#text(this.#types.getUint32(item, true))).add(this.#types.getUint32(item + 8, true))
      addNumber(sum, this.#show(this.#types.getUint32(item + 4, true), depth + 1))
    }
    return sum.whole
  }

  /** An enum by all its values. */
  #valuesOf(id: number): number {
    const at = this.#at[id] as number
    const { kind, count, isFlagged, sizeOrType } = this.#record(at)
    const step = ITEM_SIZES[kind] ?? 0
    const sum = new Sum()
      .add(kind)
      .add(sizeOrType)
      .add(isFlagged ? 1 : 0)
    for (let item = at + RECORD_SIZE; item < at + RECORD_SIZE + step * count; item += step) {
      addNumber(sum, this.#text(this.#types.getUint32(item, true)))
      for (let word = 4; word < step; word += 4) sum.add(this.#types.getUint32(item + word, true))
    }
    return sum.whole
  }

  /** A type as it stands inside another: by its name, where it has one. */
  #show(id: number, depth: number): number {
    if (id === 0) return 0
    const known = this.#shown[id]
    if (known === undefined || depth > DEPTH_MAX) throw new RangeError('no such type')
    if (known >= 0) return known
    const at = this.#at[id] as number
    const { name, kind, count, isFlagged, sizeOrType } = this.#record(at)
    const sum = new Sum()
    switch (kind) {
      case POINTER:
      case VOLATILE:
      case CONST:
      case RESTRICT:
      case FUNCTION:
        addNumber(sum.add(kind), this.#show(sizeOrType, depth + 1))
        break
      case ARRAY:
        addNumber(sum.add(kind).add(this.#types.getUint32(at + 20, true)), this.#show(this.#types.getUint32(at + 12, true), depth + 1))
        break
      case PROTOTYPE:
        addNumber(sum.add(kind), this.#show(sizeOrType, depth + 1))
        for (let item = at + RECORD_SIZE; item < at + RECORD_SIZE + 8 * count; item += 8)
          addNumber(sum, this.#show(this.#types.getUint32(item + 4, true), depth + 1))
        break
      case STRUCT:
      case UNION:
        addNumber(sum.add(kind), name === 0 ? this.#body(id, depth) : this.#text(name))
        break
      case FORWARD:
        addNumber(sum.add(isFlagged ? UNION : STRUCT), this.#text(name))
        break
      case ENUM:
      case ENUM64:
        addNumber(sum.add(kind), name === 0 ? this.#valuesOf(id) : this.#text(name))
        break
      case TYPEDEF:
        addNumber(sum.add(kind), this.#text(name))
        break
      case TYPE_TAG:
        addNumber(addNumber(sum.add(kind), this.#text(name)), this.#show(sizeOrType, depth + 1))
        break
      default:
        addNumber(sum.add(kind), this.#text(name)).add(sizeOrType).add(count)
        for (let extra = 0; extra < (EXTRA_SIZES[kind] ?? 0); extra += 4) sum.add(this.#types.getUint32(at + RECORD_SIZE + extra, true))
    }
    this.#shown[id] = sum.whole
    return sum.whole
  }

  #text(offset: number): number {
    const sum = new Sum()
    for (let at = offset; ; at++) {
      const byte = this.#strings[at]
      if (byte === undefined) throw new RangeError('no such name')
      if (byte === 0) break
      sum.add(byte)
    }
    return sum.whole
  }
}

function addNumber(sum: Sum, value: number): Sum {
  return sum.add(value >>> 0).add(Math.floor(value / 0x1_0000_0000))
}
