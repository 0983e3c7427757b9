import { decodeInstructions, isAddressKept } from '../arch/mod.ts'
import type { Item, Reference } from './item.ts'
import type { ObjectView } from './object-view.ts'

/**
 * The function that puts a constant's address into memory, or compares it with what it has got; undefined when none does. Objects of the running kernel may then
 * hold the old constant's: a copy would change nothing for them, and compare as another.
 */
export function keeperOf(view: ObjectView, constant: Item): Item | undefined {
  return [...view.references].find(([user, references]) =>
    references.some((reference) => isWithin(reference, constant) && isKeptBy(user, reference)),
  )?.[0]
}

/** Past its end, or before its start, is where a loop through it stops. */
function isWithin({ target }: Reference, constant: Item): boolean {
  return target.kind === 'item' && target.item === constant && target.offset >= 0 && target.offset < constant.size
}

function isKeptBy(user: Item, { offset }: Reference): boolean {
  if (user.kind !== 'function') return false
  const start = decodeInstructions(user.data).findLast((instruction) => instruction.offset <= offset)?.offset ?? 0
  return isAddressKept(user.data, start, offset)
}
