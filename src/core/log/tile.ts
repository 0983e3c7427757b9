/** Where the tree's hashes and the entries are served: https://c2sp.org/tlog-tiles. Paths are below the log's own folder. */
import type { Range } from './range.ts'

export const TILE_WIDTH = 256

/** A run of consecutive hashes of one level, or of entries. */
export interface Tile {
  /** Each hash of level n is over 256^n leaves. */
  readonly level: number | 'entries'
  readonly index: number
  /** How many it holds: 256, or fewer at the right edge of a tree. */
  readonly width: number
}

export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  const name = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/')
  return `tile/${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

/** The tile at this place in a tree of so many leaves. */
export function tileAt(level: Tile['level'], index: number, size: number): Tile {
  const count = Math.floor(size / spanOf(level))
  return { level, index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) }
}

/** The entries from `start` on. */
export function entryTiles({ start, end }: Range): readonly Tile[] {
  const first = Math.floor(start / TILE_WIDTH)
  const count = end > start ? Math.ceil(end / TILE_WIDTH) - first : 0
  return Array.from({ length: count }, (_, at) => tileAt('entries', first + at, end))
}

/** The tiles at the right edge that are not full: what is appended goes on from them, and their hashes are the whole tree's. */
export function edgeTiles(size: number): readonly Tile[] {
  const levels: (number | 'entries')[] = ['entries']
  for (let level = 0; spanOf(level) <= size; level++) levels.push(level)
  return levels
    .filter((level) => Math.floor(size / spanOf(level)) % TILE_WIDTH !== 0)
    .map((level) => tileAt(level, Math.floor(size / spanOf(level) / TILE_WIDTH), size))
}

/** Which hashes of which tile make up a perfect subtree of a tree of so many leaves. */
export function placeOf({ start, end }: Range, size: number): { readonly tile: Tile; readonly first: number; readonly count: number } {
  let level = 0
  while (end - start >= spanOf(level + 1)) level++
  const position = start / spanOf(level)
  const index = Math.floor(position / TILE_WIDTH)
  return { tile: tileAt(level, index, size), first: position - index * TILE_WIDTH, count: (end - start) / spanOf(level) }
}

/** Leaves under one hash. */
function spanOf(level: Tile['level']): number {
  return level === 'entries' ? 1 : TILE_WIDTH ** level
}
