import { type FieldUse, decodeInstructions, fieldUse } from '../arch/mod.ts'
import type { Item, Reference } from './item.ts'

/** What an item does with the place that one of its references leads to; data keeps addresses. */
export function useOf(from: Item, { offset }: Pick<Reference, 'offset'>): FieldUse {
  if (from.kind !== 'function' && from.kind !== 'fragment') return { access: 'address', isIndexed: false, sizeBytes: 0 }
  const start = decodeInstructions(from.data).findLast((instruction) => instruction.offset <= offset)?.offset ?? 0
  return fieldUse(from.data.subarray(start, start + LONGEST), offset - start)
}

/** Bytes of the longest x86 instruction. */
const LONGEST = 15
