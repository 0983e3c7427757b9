import { type Jump, decodeInstructions, endOfNops, readJump } from '../arch/mod.ts'
import { areBytesEqual } from '../base/mod.ts'
import { type Reference, maskReferences } from '../diff/mod.ts'

/** Where shipped code has what a reference of compiled code stands for. */
export type Place =
  | { readonly kind: 'field'; readonly offset: number }
  /** A jump that needs no field: the offset that it leads to. */
  | { readonly kind: 'jump'; readonly target: number }

export interface Overlay {
  readonly placeOf: (reference: Reference) => Place | undefined
  /** Whether each offset of one is the same offset of the other. */
  readonly isEven: boolean
}

/**
 * Lays compiled code over shipped code; undefined when they differ in more than the linker fills in and the assembler chooses. Here each function has a section of
 * its own, and a jump out of it has four bytes for the distance; in the kernel's own object both lie in one section, and where one byte reaches, the assembler
 * took that. What follows has moved then: jumps across it lead less far, and what fills up to an aligned place has another length.
 */
export function layOver(compiled: Uint8Array, references: readonly Reference[], shipped: Uint8Array): Overlay | undefined {
  if (areBytesEqual(maskReferences(compiled, references), maskReferences(shipped, references)))
    return { placeOf: ({ offset }) => ({ kind: 'field', offset }), isEven: true }
  const hasJumpOut = references.some(({ offset, isBranch }) => isBranch && compiled[offset - 1] !== CALL)
  const places = hasJumpOut ? walkBoth(compiled, references, shipped) : undefined
  return places === undefined ? undefined : { placeOf: (reference) => places.get(reference), isEven: false }
}

const CALL = 0xe8

/** Instruction by instruction, each side at its own offset. */
function walkBoth(compiled: Uint8Array, references: readonly Reference[], shipped: Uint8Array): Map<Reference, Place> | undefined {
  const places = new Map<Reference, Place>()
  /** Shipped offsets of compiled instructions, and where jumps within the function lead. */
  const starts = new Map<number, number>()
  const leads: { readonly compiled: number; readonly shipped: number }[] = []
  let at = 0
  let filledTo = 0
  for (const { offset, length } of decodeInstructions(compiled)) {
    if (offset < filledTo) continue
    const [end, shippedEnd] = [endOfNops(compiled, offset), endOfNops(shipped, at)]
    if (end % ALIGNMENT === 0 && shippedEnd % ALIGNMENT === 0) {
      filledTo = end
      at = shippedEnd
    }
    starts.set(offset, at)
    if (offset < filledTo) continue
    const own = references.filter((reference) => reference.offset >= offset && reference.offset < offset + length)
    const jump = sameJump(readJump(compiled, offset), readJump(shipped, at))
    const [mine, theirs] = [compiled.subarray(offset, offset + length), shipped.subarray(at, at + length)]
    if (jump === undefined && !isSame(mine, theirs, own, offset)) return undefined
    if (jump !== undefined && own.length === 0) leads.push({ compiled: jump.compiled.target, shipped: jump.shipped.target })
    for (const reference of own) {
      const field = { kind: 'field', offset: at + reference.offset - offset } as const
      places.set(reference, jump?.shipped.isShort === true ? { kind: 'jump', target: jump.shipped.target } : field)
    }
    at += jump?.shipped.length ?? length
  }
  return leads.every((lead) => starts.get(lead.compiled) === lead.shipped) ? places : undefined
}

/** What fills up does so to a multiple of eight at least. A no-operation that ends elsewhere may become a jump (jump labels), and counts as code. */
const ALIGNMENT = 8

/** Two jumps on the same condition, whatever room their distances have. */
function sameJump(compiled: Jump | undefined, shipped: Jump | undefined): { readonly compiled: Jump; readonly shipped: Jump } | undefined {
  return compiled !== undefined && shipped !== undefined && compiled.condition === shipped.condition ? { compiled, shipped } : undefined
}

/** But for its references, which are at offsets of the whole function. */
function isSame(mine: Uint8Array, theirs: Uint8Array, references: readonly Reference[], start: number): boolean {
  const own = references.map((reference) => ({ ...reference, offset: reference.offset - start }))
  return areBytesEqual(maskReferences(mine, own), maskReferences(theirs, own))
}
