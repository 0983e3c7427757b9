/** Values at which arithmetic on sizes, offsets and indices goes wrong. */
const EDGES = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0xff20n,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
]

/** A damaged copy, always the same for the same seed and run: a few of the things that happen to bytes, by accident or on purpose. */
export function damage(specimen: Uint8Array, { seed, run }: { readonly seed: number; readonly run: number }): Uint8Array {
  const dice = makeDice(Math.imul(seed, 0x9e37_79b1) ^ Math.imul(run + 1, 0x85eb_ca6b))
  let bytes: Uint8Array = Uint8Array.from(specimen) // not slice(): a Buffer's shares its memory
  for (let count = 1 + dice(4); count > 0; count--) bytes = hurt(bytes, dice)
  return bytes
}

/** A whole number from 0 to below the limit. */
export type Dice = (limit: number) => number

function hurt(bytes: Uint8Array, dice: Dice): Uint8Array {
  if (bytes.length === 0) return bytes
  const at = dice(bytes.length)
  switch (dice(7)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << dice(8))
      return bytes
    case 1:
      bytes[at] = dice(256)
      return bytes
    case 2:
      return bytes.slice(0, at)
    case 3:
      return bytes.fill(0, at, at + dice(64))
    case 4:
      return bytes.copyWithin(at, dice(bytes.length), dice(bytes.length))
    case 5: {
      const gap = Math.min(dice(64), bytes.length - at)
      return bytes.copyWithin(at, at + gap).subarray(0, bytes.length - gap)
    }
    default:
      return writeEdge(bytes, at, dice)
  }
}

function writeEdge(bytes: Uint8Array, at: number, dice: Dice): Uint8Array {
  const size = [1, 2, 4, 8][dice(4)] ?? 1
  const value = EDGES[dice(EDGES.length)] ?? 0n
  // Fields of binary formats are aligned; hitting them whole is likelier to matter than hitting two halves.
  const start = at - (at % size)
  for (let i = 0; i < size && start + i < bytes.length; i++) bytes[start + i] = Number((value >> BigInt(8 * i)) & 0xffn)
  return bytes
}

/** mulberry32: small, even, and the same on every machine. */
export function makeDice(seed: number): Dice {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}
