import { Cursor, Fault } from '../base/mod.ts'

/** The "legacy" LZ4 frame that kernel images use: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md#legacy-frame */

const MAGIC = 0x184c2102
const BLOCK_MAX = 8 << 20
const MIN_MATCH = 4

/**
 * Unpacks a legacy LZ4 frame into exactly `size` bytes. What follows the frame, such as the size that kbuild appends, is left alone.
 * Faults: kernel/image.
 */
export function unpackLz4(packed: Uint8Array, options: { readonly size: number; readonly file: string }): Uint8Array {
  const cursor = new Cursor(packed, { file: options.file, truncated: 'kernel/image' })
  if (cursor.u32() !== MAGIC) throw damaged('it does not start with its magic number', options.file)
  const output = new Uint8Array(options.size)
  let length = 0
  while (length < options.size) {
    const block = cursor.bytes(cursor.u32())
    const end = unpackBlock(block, output, length)
    if (end < 0 || end > length + BLOCK_MAX) throw damaged(`the block before offset 0x${cursor.at.toString(16)} is malformed`, options.file)
    length = end
  }
  return output
}

/** Returns where in `output` the block ends, or -1 when it is malformed or does not fit. */
function unpackBlock(block: Uint8Array, output: Uint8Array, start: number): number {
  let from = 0
  let to = start
  const extend = (length: number): number => {
    if (length < 15) return length
    let more = 255
    while (more === 255) {
      more = block[from++] ?? 0
      length += more
    }
    return length
  }
  while (from < block.length) {
    const token = block[from++] ?? 0
    const literals = extend(token >> 4)
    if (from + literals > block.length || to + literals > output.length) return -1
    output.set(block.subarray(from, from + literals), to)
    from += literals
    to += literals
    if (from >= block.length) break
    const distance = (block[from] ?? 0) | ((block[from + 1] ?? 0) << 8)
    from += 2
    const match = extend(token & 15) + MIN_MATCH
    if (distance === 0 || distance > to - start || to + match > output.length) return -1
    to = copyMatch(output, { to, distance, match })
  }
  return to === start ? -1 : to
}

/** Repeats what lies `distance` bytes back; returns the end. Where it overlaps itself, each round doubles what there is to copy. */
function copyMatch(
  output: Uint8Array,
  { to, distance, match }: { readonly to: number; readonly distance: number; readonly match: number },
): number {
  const end = to + match
  for (let at = to, from = to - distance; at < end;) {
    const length = Math.min(at - from, end - at)
    output.copyWithin(at, from, from + length)
    at += length
  }
  return end
}

function damaged(finding: string, file: string): Fault {
  return new Fault('kernel/image', `Cannot unpack the LZ4 data: ${finding}`, {
    in: file,
    try: 'fetch the kernel image again: it is damaged',
  })
}
