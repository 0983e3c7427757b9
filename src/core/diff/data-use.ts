import { useOf } from './field-use.ts'
import { type Item, type Reference, isReadOnly } from './item.ts'
import type { ObjectView } from './object-view.ts'

/** Bytes of a variable, counted from its start: from the first to the one past the last. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A reference to a variable, and what it may do there. */
export interface DataUse {
  readonly data: Item
  readonly access: 'read' | 'write' | 'address'
  /** What it uses for certain; undefined where a register tells the place. */
  readonly certain: Span | undefined
  /** What it may reach: from an address, all that follows. */
  readonly possible: Span
}

export const EVERYWHERE: Span = { from: -Infinity, to: Infinity }

export function dataUse(from: Item, reference: Reference): DataUse | undefined {
  const { target } = reference
  if (target.kind !== 'item' || target.item.kind !== 'data') return undefined
  const { access, isIndexed, sizeBytes } = useOf(from, reference)
  const place: Span = { from: target.offset, to: target.offset + Math.max(sizeBytes, 1) }
  if (isIndexed) return { data: target.item, access, certain: undefined, possible: EVERYWHERE }
  return { data: target.item, access, certain: place, possible: access === 'address' ? { ...place, to: Infinity } : place }
}

/** The variables of the unit that a function may set: what it only reads, or nobody can write, it does not set up. */
export function dataSetUp(view: ObjectView, item: Item): DataUse[] {
  return (view.references.get(item) ?? []).flatMap((reference) => {
    const { target } = reference
    if (target.kind !== 'item' || target.item.kind !== 'data' || isReadOnly(target.item)) return []
    const use = dataUse(item, reference)
    return use === undefined || use.access === 'read' ? [] : [use]
  })
}

/** Variables of other units that a function may set, by name: those that it writes itself, and those whose address it takes. */
export function namesSetUp(view: ObjectView, item: Item): { readonly name: string; readonly access: 'write' | 'address' }[] {
  return (view.references.get(item) ?? []).flatMap((reference) => {
    if (reference.target.kind !== 'symbol' || reference.isBranch) return []
    const { access } = useOf(item, reference)
    return access === 'read' ? [] : [{ name: reference.target.name, access }]
  })
}
