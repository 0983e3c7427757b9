import { concatBytes, invariant } from '../base/mod.ts'
import { readEntries, writeEntries } from './entries.ts'
import { hashLeaf, type Sha256 } from './hash.ts'
import { edgeTiles, TILE_WIDTH, type Tile, tileAt, tilePath } from './tile.ts'
import { hashOfRange, hashPerfect, type LogFiles, readTile } from './tree.ts'

/** The files that `appendEntries` asks for: the right edge of a tree of so many leaves. */
export function edgePaths(size: number): readonly string[] {
  return edgeTiles(size).map(tilePath)
}

/** The root of a tree, from its right edge. Faults: trust/log. */
export function rootOfEdge(size: number, edge: LogFiles, sha256: Sha256): Uint8Array {
  return hashOfRange({ start: 0, end: size }, { size, files: edge }, sha256)
}

export interface Appended {
  readonly size: number
  readonly root: Uint8Array
  /** To be written in this order, before the checkpoint; none of their names was there before. */
  readonly files: LogFiles
  /** The edge of the tree that it is now: for appending to that. */
  readonly edge: LogFiles
}

/**
 * Puts entries behind those of a tree whose right edge was read (`edgePaths`) and found to have the checkpoint's root (`rootOfEdge`).
 * Faults: trust/log, when the edge is damaged.
 */
export function appendEntries(
  { size, edge, entries }: { readonly size: number; readonly edge: LogFiles; readonly entries: readonly Uint8Array[] },
  sha256: Sha256,
): Appended {
  invariant(entries.length > 0, 'there is something to append')
  const partial = new Map<Tile['level'], Tile>(edgeTiles(size).map((tile) => [tile.level, tile]))
  const newSize = size + entries.length
  const files = new Map<string, Uint8Array>()

  const before = partial.get('entries')
  const bundle = [...(before === undefined ? [] : readEntries(before, edge)), ...entries]
  for (const { at, items } of cut(bundle))
    files.set(tilePath(tileAt('entries', Math.floor(size / TILE_WIDTH) + at, newSize)), writeEntries(items))

  let added = entries.map((entry) => hashLeaf(entry, sha256))
  for (let level = 0; added.length > 0; level++) {
    const tile = partial.get(level)
    const tiles = cut([...(tile === undefined ? [] : readTile(tile, edge)), ...added])
    const first = Math.floor(size / TILE_WIDTH ** (level + 1))
    for (const { at, items } of tiles) files.set(tilePath(tileAt(level, first + at, newSize)), concatBytes(items))
    added = tiles.filter(({ items }) => items.length === TILE_WIDTH).map(({ items }) => hashPerfect(items, sha256))
  }

  const newEdge = new Map(edgePaths(newSize).map((path) => [path, files.get(path) ?? known(edge, path)]))
  return { size: newSize, root: rootOfEdge(newSize, newEdge, sha256), files, edge: newEdge }
}

function cut<T>(items: readonly T[]): readonly { readonly at: number; readonly items: readonly T[] }[] {
  return Array.from({ length: Math.ceil(items.length / TILE_WIDTH) }, (_, at) => ({
    at,
    items: items.slice(at * TILE_WIDTH, (at + 1) * TILE_WIDTH),
  }))
}

function known(edge: LogFiles, path: string): Uint8Array {
  const bytes = edge.get(path)
  invariant(bytes !== undefined, `the edge has ${path}`)
  return bytes
}
