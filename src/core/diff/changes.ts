import { isIdList } from './btf-ids.ts'
import { type Pair, isByContent, isSameItem } from './compare.ts'
import { keeperOf } from './kept-constants.ts'
import { isInside } from './label-tables.ts'
import { type Item, isReadOnly } from './item.ts'
import { isFreshCopyHarmless } from './names.ts'
import type { ObjectView } from './object-view.ts'
import { describeMisplaced } from './places.ts'

export interface Changes {
  /** Patched functions that differ from their original, cold parts counted with their parents. */
  readonly changed: ReadonlySet<Item>
  /** Patched functions that have no original. */
  readonly added: ReadonlySet<Item>
  /** Original functions that the patched object no longer has. */
  readonly removed: readonly Item[]
  /** Constants that differ and may be copied: only functions use them, none keeps their address, and they point to nothing but text. */
  readonly copiedConstants: ReadonlySet<Item>
  /** Data that differs and that the running kernel keeps its own copy of. */
  readonly changedData: readonly Item[]
}

/** Compares item by item. A function also counts as changed when a constant that it reads has changed, or a static that it would get a fresh copy of. */
export function findChanges(pair: Pair): Changes {
  const differing = [...pair.correlation].filter(([patched, original]) => !isSameItem(pair, original, patched)).map(([patched]) => patched)
  const misplaced = [...pair.correlation].flatMap(([patched, original]) =>
    patched.kind === 'data' && describeMisplaced(original, patched) !== undefined ? [patched] : [],
  )
  const fresh = differing.filter(
    (item) => item.kind === 'data' && isFreshCopyHarmless(item.name) && isReadByFunctionsOnly(pair.patched, item),
  )
  const data = [...new Set([...differing, ...misplaced])].filter(
    (item) => item.kind === 'data' && !item.isInit && !fresh.includes(item) && !isIdList(item),
  )
  const copiedConstants = new Set(data.filter((item) => isCopyable(pair.patched, item) && !isKept(pair, item)))
  const changed = new Set(differing.filter((item) => item.kind === 'function'))
  for (const reader of readersOf(pair.patched, new Set([...copiedConstants, ...fresh])))
    if (pair.correlation.has(reader)) changed.add(reader)
  joinColdParts(pair, changed)

  const continued = new Set(pair.correlation.values())
  return {
    changed,
    added: new Set(pair.patched.items.filter((item) => item.kind === 'function' && !pair.correlation.has(item) && item.size > 0)),
    removed: pair.original.items.filter((item) => item.kind === 'function' && !continued.has(item) && item.size > 0),
    copiedConstants,
    changedData: data.filter((item) => !copiedConstants.has(item)),
  }
}

function isCopyable(view: ObjectView, item: Item): boolean {
  const pointsToContent = (view.references.get(item) ?? []).every(
    ({ target }) => isInside(view, target) || (target.kind === 'item' && isByContent(target.item)),
  )
  return item.bind === 'local' && isReadOnly(item) && pointsToContent && isReadByFunctionsOnly(view, item)
}

function isReadByFunctionsOnly(view: ObjectView, item: Item): boolean {
  return [...readersOf(view, new Set([item]))].every((reader) => reader.kind === 'function')
}

function isKept({ original, patched, correlation }: Pair, item: Item): boolean {
  const before = correlation.get(item)
  return (before !== undefined && keeperOf(original, before) !== undefined) || keeperOf(patched, item) !== undefined
}

function readersOf(view: ObjectView, items: ReadonlySet<Item>): Set<Item> {
  const readers = new Set<Item>()
  if (items.size === 0) return readers
  for (const [reader, references] of view.references) {
    if (references.some(({ target }) => target.kind === 'item' && items.has(target.item))) readers.add(reader)
  }
  return readers
}

/** A function and its cold part are one: when either differs, both are replaced. */
function joinColdParts(pair: Pair, changed: Set<Item>): void {
  const { coldPartOf } = pair.patched
  for (const [item, parent] of coldPartOf) if (changed.has(item) && pair.correlation.has(parent)) changed.add(parent)
  // A function that lost its cold part or gained one differs by its own reference to it already.
  for (const item of [...changed]) if (coldPartOf.has(item)) changed.delete(item)
}
