import { relocationKind } from '../arch/mod.ts'
import { areBytesEqual, copyBytes } from '../base/mod.ts'
import { type Item, type Reference, type Target, isReadOnly } from './item.ts'
import { isClone, isCopiedConstant, isNumbered, stableName } from './names.ts'
import type { ObjectView } from './object-view.ts'
import { targetsWithinSection } from './section-branches.ts'
import type { SpecialEntry } from './special-entries.ts'
import { ORC_IP } from './special-sections.ts'

/** Which item of the patched object is which item of the original; one to one. */
export type Correlation = ReadonlyMap<Item, Item>

/** An original object, a patched one, and what corresponds to what (patched to original). */
export interface Pair {
  readonly original: ObjectView
  readonly patched: ObjectView
  readonly correlation: Correlation
}

/** Whether two items say the same: equal size and bytes outside relocated fields, equal references, equal special section entries. */
export function isSameItem(pair: Pair, original: Item, patched: Item): boolean {
  const assumed = new Assumed(original, patched)
  return assumed.isEach((left, right) => isSameAtFirst(pair, left, right, assumed))
}

/**
 * Pairs that must be equal for the first one to be: what two items refer to without an identity of its own is compared in its turn, each pair
 * once, so that circles end.
 */
class Assumed {
  readonly #pending: [original: Item, patched: Item][]
  readonly #known = new Map<Item, Item[]>()

  constructor(original: Item, patched: Item) {
    this.#pending = [[original, patched]]
    this.#known.set(patched, [original])
  }

  add(original: Item, patched: Item): void {
    this.#pending.push([original, patched])
    this.#known.set(patched, [...(this.#known.get(patched) ?? []), original])
  }

  has(original: Item, patched: Item): boolean {
    return this.#known.get(patched)?.includes(original) ?? false
  }

  isEach(isSame: (original: Item, patched: Item) => boolean): boolean {
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) if (!isSame(...next)) return false
    return true
  }
}

function isSameAtFirst(pair: Pair, original: Item, patched: Item, assumed: Assumed): boolean {
  if (original.size !== patched.size) return false
  const left = pair.original.references.get(original) ?? []
  const right = pair.patched.references.get(patched) ?? []
  return (
    areBytesSame({ data: dataOf(original, patched), references: left }, { data: dataOf(patched, original), references: right }) &&
    areReferencesSame(pair, left, right, assumed) &&
    areEntriesSame(pair, pair.original.entriesOf.get(original) ?? [], pair.patched.entriesOf.get(patched) ?? [], assumed) &&
    areCalleesSame(pair, original, patched, assumed)
  )
}

/** A section with a mark of its own (`__read_mostly`) holds the zeros that `.bss` only counts. */
function dataOf({ data, size }: Item, other: Item): Uint8Array {
  return data.length === 0 && other.data.length > 0 ? new Uint8Array(size) : data
}

/** Another function may have come to lie as far off as the one that was called within the section. */
function areCalleesSame(pair: Pair, original: Item, patched: Item, assumed: Assumed): boolean {
  if (original.isInit && patched.isInit) return true
  const [left, right] = [targetsWithinSection(pair.original, original), targetsWithinSection(pair.patched, patched)]
  return (
    left.length === right.length &&
    left.every((target, i) => {
      const other = right[i]
      return other !== undefined && isSameTarget(pair, { kind: 'item', ...target }, { kind: 'item', ...other }, assumed)
    })
  )
}

interface Relocated {
  readonly data: Uint8Array
  readonly references: readonly Reference[]
}

/** Whether the fields that are relocated lie in the same places, and all else is equal. */
function areBytesSame(left: Relocated, right: Relocated): boolean {
  if (left.data.length !== right.data.length || left.references.length !== right.references.length) return false
  let at = 0
  for (const [rank, { offset, type }] of left.references.entries()) {
    const other = right.references[rank]
    if (other?.offset !== offset || other.type !== type) return false
    for (; at < offset; at++) if (left.data[at] !== right.data[at]) return false
    at = Math.max(at, offset + relocationKind(type, 'an item').size)
  }
  for (; at < left.data.length; at++) if (left.data[at] !== right.data[at]) return false
  return true
}

/** The bytes with every relocated field zeroed. */
export function maskReferences(data: Uint8Array, references: readonly Reference[]): Uint8Array {
  if (references.length === 0) return data
  const masked = copyBytes(data)
  for (const { offset, type } of references) masked.fill(0, offset, offset + relocationKind(type, 'an item').size)
  return masked
}

function areReferencesSame(pair: Pair, left: readonly Reference[], right: readonly Reference[], assumed: Assumed): boolean {
  return (
    left.length === right.length &&
    left.every((reference, i) => {
      const other = right[i]
      return (
        other !== undefined &&
        reference.offset === other.offset &&
        reference.type === other.type &&
        isSameTarget(pair, reference.target, other.target, assumed)
      )
    })
  )
}

function areEntriesSame(pair: Pair, left: readonly SpecialEntry[], right: readonly SpecialEntry[], assumed: Assumed): boolean {
  const [before, after] = [left.filter(isCompared), right.filter(isCompared)]
  return (
    before.length === after.length &&
    before.every((entry, i) => {
      const other = after[i]
      return (
        other !== undefined &&
        entry.table.section === other.table.section &&
        // A line number in a bug entry moves no behaviour.
        areBytesEqual(withoutLine(entry), withoutLine(other)) &&
        areReferencesSame(pair, entry.references, other.references, assumed)
      )
    })
  )
}

/** Unwind records follow from the code, and where they start and end from its neighbours in the section. */
function isCompared({ table }: SpecialEntry): boolean {
  return table.section !== ORC_IP
}

function withoutLine(entry: SpecialEntry): Uint8Array {
  const masked = maskReferences(entry.data, entry.references)
  if (entry.table.section !== '__bug_table') return masked
  const copy = copyBytes(masked)
  copy.fill(0, 8, 10) // struct bug_entry: bug address, file, u16 line, u16 flags
  return copy
}

function isSameTarget(pair: Pair, left: Target, right: Target, assumed: Assumed): boolean {
  if (left.kind === 'symbol' || right.kind === 'symbol') {
    return left.kind === 'symbol' && right.kind === 'symbol' && left.name === right.name && left.offset === right.offset
  }
  if (left.item.kind === 'string' && right.item.kind === 'string' && isWithin(left) && isWithin(right)) {
    return areBytesEqual(left.item.data.subarray(left.offset), right.item.data.subarray(right.offset))
  }
  if (left.offset !== right.offset) return false
  if (assumed.has(left.item, right.item)) return true
  if (pair.correlation.has(right.item)) return pair.correlation.get(right.item) === left.item
  if (areSameEmpty(left.item, right.item)) return true
  if (!(isByContent(left.item) && isByContent(right.item)) && !areSameClones(left.item, right.item)) return false
  assumed.add(left.item, right.item)
  return true
}

/** From before a string (`"rwx"[n - 1]`) or from its end, any part of it may be reached: then all of it counts. */
function isWithin({ item, offset }: Extract<Target, { kind: 'item' }>): boolean {
  return offset >= 0 && offset < item.size
}

/** Compound literals without an element, `(long[]) { }`, or lock class keys where there is no lockdep: nothing tells them apart, nor can anything be found in the wrong one. */
function areSameEmpty(a: Item, b: Item): boolean {
  return a.size === 0 && b.size === 0 && isNumbered(a.name) && stableName(a.name) === stableName(b.name)
}

/** Clones have no identity either until they are correlated: their numbers tell nothing. */
function areSameClones(a: Item, b: Item): boolean {
  return a.kind === 'function' && b.kind === 'function' && isClone(a.name) && stableName(a.name) === stableName(b.name)
}

/**
 * Items without an identity of their own: what they hold is all they are. A dynamic debug descriptor is one, since it belongs to its call site:
 * the patch brings its own, so that its key is there when the loader reads the jump labels.
 */
export function isByContent(item: Item): boolean {
  return (
    item.kind === 'string' ||
    item.kind === 'constant' ||
    item.kind === 'fragment' ||
    item.section.name === '__dyndbg' ||
    (isReadOnly(item) && isCopiedConstant(item.name)) ||
    isMessage(item)
  )
}

/**
 * The text of NL_SET_ERR_MSG (include/linux/netlink.h), a static constant array of characters: a string in all but its section. In a relocatable object the
 * places of relocations hold zeros, so nothing is relocated in a text whose only NUL ends it.
 */
function isMessage(item: Item): boolean {
  const { kind, name, bind, isInit, data } = item
  if (kind !== 'data' || bind !== 'local' || isInit || !/^__msg(\.\d+)*$/.test(name) || !isReadOnly(item)) return false
  return data.at(-1) === 0 && data.subarray(0, -1).every(isPrintable)
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a
}
