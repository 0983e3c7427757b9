import { decodeInstructions, followAddress, isAddressKept } from '../arch/mod.ts'
import type { Item, Reference } from './item.ts'
import type { ObjectView } from './object-view.ts'

/**
 * The function that puts a constant's address into memory, or compares it with what it has got, or makes an index of that by it; undefined when none does. Objects of the running kernel may then
 * hold the old constant's: a copy would change nothing for them, and compare as another.
 */
export function keeperOf(view: ObjectView, constant: Item): Item | undefined {
  return [...view.references].find(([user, references]) => {
    const own = references.filter((reference) => isWithin(reference, constant))
    return (
      own.some((reference) => isKeptBy(user, reference)) || (own.length === 1 && own.some((reference) => isSubtracted(user, reference)))
    )
  })?.[0]
}

/** Past its end, or before its start, is where a loop through it stops. */
function isWithin({ target }: Reference, constant: Item): boolean {
  return target.kind === 'item' && target.item === constant && target.offset >= 0 && target.offset < constant.size
}

function isKeptBy(user: Item, { offset }: Reference): boolean {
  return user.kind === 'function' && isAddressKept(user.data, instructionAt(user, offset), offset)
}

/** From a pointer that comes from elsewhere, where the function goes by the constant in no other way: one of its own it would have got from there. */
function isSubtracted(user: Item, { offset }: Reference): boolean {
  if (user.kind !== 'function') return false
  return [...followAddress(user.data, instructionAt(user, offset), offset)].some(({ how }) => how === 'subtracted')
}

function instructionAt(user: Item, offset: number): number {
  return decodeInstructions(user.data).findLast((instruction) => instruction.offset <= offset)?.offset ?? 0
}
