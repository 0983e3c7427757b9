import { concatBytes, Fault, invariant } from '../base/mod.ts'
import { type Tile, tilePath } from './tile.ts'
import type { LogFiles } from './tree.ts'

/** Lengths of entries are 16 bits, the larger byte first: https://c2sp.org/tlog-tiles, Log entries. */
const MAX_ENTRY_BYTES = 0xffff

export function writeEntries(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    entries.flatMap((entry) => {
      invariant(entry.length <= MAX_ENTRY_BYTES, 'an entry fits its length')
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry]
    }),
  )
}

/** The entries of a bundle, exactly as many as it is wide. Faults: trust/log. */
export function readEntries(tile: Tile, files: LogFiles): readonly Uint8Array[] {
  const path = tilePath(tile)
  const bytes = files.get(path)
  invariant(bytes !== undefined, `the entries ${path} were read`)
  const entries: Uint8Array[] = []
  let at = 0
  while (entries.length < tile.width) {
    const [high, low] = bytes.subarray(at, at + 2)
    const end = at + 2 + (high ?? 0) * 256 + (low ?? 0)
    if (low === undefined || end > bytes.length) throw damaged(path, `entry ${entries.length + 1} of ${tile.width} is cut short`)
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  if (at !== bytes.length) throw damaged(path, `${bytes.length - at} bytes follow the last of its ${tile.width} entries`)
  return entries
}

function damaged(path: string, finding: string): Fault {
  return new Fault('trust/log', `Cannot use a bundle of the log's entries: ${finding}`, {
    in: `log/${path}`,
    try: 'try again later, and tell the publisher when it stays so',
  })
}
