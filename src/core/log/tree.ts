import { Fault, invariant } from '../base/mod.ts'
import { HASH_BYTES, hashNode, type Sha256 } from './hash.ts'
import { middleOf, type Range } from './range.ts'
import { placeOf, type Tile, tilePath } from './tile.ts'

/** What was read of a log: content by path below its folder. */
export type LogFiles = ReadonlyMap<string, Uint8Array>

/** The tiles that hold the hashes of these subtrees of a tree of so many leaves, each once. */
export function tilesOf(ranges: readonly Range[], size: number): readonly Tile[] {
  const tiles = ranges.flatMap((range) => perfectParts(range)).map((part) => placeOf(part, size).tile)
  return [...new Map(tiles.map((tile) => [tilePath(tile), tile])).values()]
}

/** The hash over a range that the tree has as a subtree, from the tiles that `tilesOf` names. Faults: trust/log. */
export function hashOfRange(range: Range, tree: { readonly size: number; readonly files: LogFiles }, sha256: Sha256): Uint8Array {
  if (range.start === range.end) return sha256(new Uint8Array(0))
  const hashes = perfectParts(range).map((part) => {
    const { tile, first, count } = placeOf(part, tree.size)
    return hashPerfect(readTile(tile, tree.files).slice(first, first + count), sha256)
  })
  return hashes.reduceRight((right, left) => hashNode(left, right, sha256))
}

/** The hashes of a tile. Faults: trust/log. */
export function readTile(tile: Tile, files: LogFiles): readonly Uint8Array[] {
  const path = tilePath(tile)
  const bytes = files.get(path)
  invariant(bytes !== undefined, `the tile ${path} was read`)
  if (bytes.length !== tile.width * HASH_BYTES)
    throw new Fault(
      'trust/log',
      `Cannot use a tile of the log: it has ${bytes.length} bytes, and ${tile.width} hashes are ${tile.width * HASH_BYTES}`,
      {
        in: `log/${path}`,
        try: 'try again later, and tell the publisher when it stays so',
      },
    )
  return Array.from({ length: tile.width }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES))
}

/** Over a power of two of hashes. */
export function hashPerfect(hashes: readonly Uint8Array[], sha256: Sha256): Uint8Array {
  const [only, ...others] = hashes
  invariant(only !== undefined, 'a subtree has leaves')
  if (others.length === 0) return only
  const middle = hashes.length / 2
  return hashNode(hashPerfect(hashes.slice(0, middle), sha256), hashPerfect(hashes.slice(middle), sha256), sha256)
}

/** A range that starts where a subtree may, as subtrees of a power of two of leaves, from the left. */
function perfectParts(range: Range): readonly Range[] {
  const parts: Range[] = []
  let { start } = range
  while (start < range.end) {
    const middle = middleOf({ start, end: range.end })
    // Of one leaf, or of exactly twice the largest smaller power of two, there is nothing to part.
    const isPerfect = range.end - start === 1 || range.end - start === 2 * (middle - start)
    parts.push({ start, end: isPerfect ? range.end : middle })
    start = isPerfect ? range.end : middle
  }
  return parts
}
