import { concatBytes } from '../../src/core/base/mod.ts'
import type { RunningObject } from '../../src/core/runpre/mod.ts'

/** A symbol of a shipped kernel: its bytes as linked. `calls` gives what the 4-byte fields at these offsets lead to. */
export interface ShippedPiece {
  readonly name: string
  readonly bytes: readonly number[]
  readonly calls?: Readonly<Record<number, string>>
  readonly isGlobal?: boolean
  /** The kernel has cleared its landing pad. */
  readonly isSealed?: boolean
  readonly isWeak?: boolean
  readonly isInit?: boolean
}

const BASE = 0xffff_ffff_8100_0000n
const ROOM = 64

/** A kernel image of a few functions, 64 bytes each, in this order; a name may come several times, and `name#2` calls the second. */
export function makeRunning(pieces: readonly ShippedPiece[], name = 'vmlinux', unsteady: readonly string[] = []): RunningObject {
  const placed = pieces.map((piece, index) => ({ ...piece, address: BASE + BigInt(index * ROOM) }))
  const named = (wanted: string) => placed.filter((piece) => piece.name === wanted)
  const image = concatBytes(placed.map((piece) => link(piece)))
  const read: RunningObject['read'] = (address, size) => {
    const start = Number(address - BASE)
    return start < 0 || start + size > image.length ? undefined : image.subarray(start, start + size)
  }
  return {
    name,
    buildId: undefined,
    candidates: (wanted) =>
      named(wanted).map(({ address, isGlobal = true, isWeak = false, isInit = false }, index) => ({
        address,
        rank: index + 1,
        isGlobal,
        isWeak,
        isInit,
        isReadOnly: false,
      })),
    isCountSteady: (wanted) => !unsteady.includes(wanted),
    read,
    isCallableByPointer: (address) => !placed.some((piece) => piece.address === address && piece.isSealed === true),
    follow(address) {
      const bytes = read(address, 4)
      if (bytes === undefined) return undefined
      const field = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true)
      return { kind: 'address', place: BigInt.asUintN(64, address + BigInt(field)) }
    },
  }

  function link({ bytes, calls = {}, address }: (typeof placed)[number]): Uint8Array {
    const room = Uint8Array.from({ length: ROOM }, (_, i) => bytes[i] ?? 0xcc)
    for (const [offset, target] of Object.entries(calls)) {
      const [wanted = '', rank = '1'] = target.split('#')
      const to = named(wanted)[Number(rank) - 1]
      if (to === undefined) throw new Error(`the specimen has no ${target}`)
      new DataView(room.buffer).setInt32(Number(offset), Number(to.address - (address + BigInt(offset) + 4n)), true)
    }
    return room
  }
}
