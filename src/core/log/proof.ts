/** What a checkpoint says is checked with tiles that nobody vouches for: they are right when they lead to its root. RFC 9162, 2.1.3.2 and 2.1.4.2. */
import { areBytesEqual, Fault } from '../base/mod.ts'
import type { Checkpoint } from './checkpoint.ts'
import { hashLeaf, hashNode, type Sha256 } from './hash.ts'
import { consistencyPath, inclusionPath } from './range.ts'
import { tilePath } from './tile.ts'
import { hashOfRange, type LogFiles, tilesOf } from './tree.ts'

/** The paths of the tiles that `checkInclusion` asks for. */
export function tilesForInclusion(index: number, size: number): readonly string[] {
  return tilesOf(inclusionPath(index, { start: 0, end: size }), size).map(tilePath)
}

/** That the tree of the checkpoint has this entry at this place. Faults: trust/log. */
export function checkInclusion(
  {
    entry,
    index,
    checkpoint,
    files,
  }: { readonly entry: Uint8Array; readonly index: number; readonly checkpoint: Checkpoint; readonly files: LogFiles },
  sha256: Sha256,
): void {
  const { size, root } = checkpoint
  const isWithin = index < size
  if (isWithin) {
    const path = inclusionPath(index, { start: 0, end: size }).map((range) => hashOfRange(range, { size, files }, sha256))
    if (isIncluded({ leaf: hashLeaf(entry, sha256), index, size, path, root }, sha256)) return
  }
  const finding = isWithin ? 'its tree has another there' : `it has only ${size}`
  throw new Fault('trust/log', `Cannot trust what the log says of entry ${index}: ${finding}`, {
    in: checkpoint.origin,
    try: 'try again later; when it stays so, tell the publisher and other readers: someone shows you what others do not see',
  })
}

/** The paths of the tiles that `checkConsistency` asks for. */
export function tilesForConsistency(older: Checkpoint, newer: Checkpoint): readonly string[] {
  if (older.size === 0 || older.size >= newer.size) return []
  return tilesOf(consistencyPath(older.size, { start: 0, end: newer.size }), newer.size).map(tilePath)
}

/** That the log only grew from one checkpoint to the other. Faults: trust/log. */
export function checkConsistency(older: Checkpoint, newer: Checkpoint, files: LogFiles, sha256: Sha256): void {
  if (newer.size < older.size) throw inconsistent(newer, `it went back, from ${older.size} entries to ${newer.size}`)
  if (newer.size === older.size) {
    if (!areBytesEqual(older.root, newer.root)) throw inconsistent(newer, `there are two logs of ${newer.size} entries`)
    return
  }
  if (older.size === 0) return // Anything continues an empty log.
  const ranges = consistencyPath(older.size, { start: 0, end: newer.size })
  const path = ranges.map((range) => hashOfRange(range, { size: newer.size, files }, sha256))
  if (!isConsistent({ older, newer, path }, sha256))
    throw inconsistent(newer, `its first ${older.size} entries are not those that were seen before`)
}

function inconsistent({ origin }: Checkpoint, finding: string): Fault {
  return new Fault('trust/log', `Cannot trust the log: ${finding}`, {
    in: origin,
    try: 'keep both checkpoints, tell the publisher and other readers: a log that only grows never does this',
  })
}

interface Inclusion {
  readonly leaf: Uint8Array
  readonly index: number
  readonly size: number
  readonly path: readonly Uint8Array[]
  readonly root: Uint8Array
}

export function isIncluded({ leaf, index, size, path, root }: Inclusion, sha256: Sha256): boolean {
  if (index >= size) return false
  let at = { first: index, second: size - 1 }
  let hash = leaf
  for (const beside of path) {
    if (at.second === 0) return false
    if (isOdd(at.first) || at.first === at.second) {
      hash = hashNode(beside, hash, sha256)
      while (!isOdd(at.first) && at.first !== 0) at = up(at)
    } else hash = hashNode(hash, beside, sha256)
    at = up(at)
  }
  return at.second === 0 && areBytesEqual(hash, root)
}

interface Consistency {
  readonly older: { readonly size: number; readonly root: Uint8Array }
  readonly newer: { readonly size: number; readonly root: Uint8Array }
  readonly path: readonly Uint8Array[]
}

/** Of two trees, neither empty, the second larger. */
export function isConsistent({ older, newer, path }: Consistency, sha256: Sha256): boolean {
  // The root of a perfect tree is its own subtree in the larger one, and no proof repeats it.
  const [first, ...others] = Number.isInteger(Math.log2(older.size)) ? [older.root, ...path] : path
  if (first === undefined || path.length === 0) return false
  let at = { first: older.size - 1, second: newer.size - 1 }
  while (isOdd(at.first)) at = up(at)
  let [before, after] = [first, first]
  for (const beside of others) {
    if (at.second === 0) return false
    if (isOdd(at.first) || at.first === at.second) {
      before = hashNode(beside, before, sha256)
      after = hashNode(beside, after, sha256)
      while (!isOdd(at.first) && at.first !== 0) at = up(at)
    } else after = hashNode(after, beside, sha256)
    at = up(at)
  }
  return at.second === 0 && areBytesEqual(before, older.root) && areBytesEqual(after, newer.root)
}

interface Pair {
  readonly first: number
  readonly second: number
}

function up({ first, second }: Pair): Pair {
  return { first: Math.floor(first / 2), second: Math.floor(second / 2) }
}

function isOdd(value: number): boolean {
  return value % 2 === 1
}
