import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeEntries, sha256 } from '../../../test/kit/log-specimen.ts'
import { hashLeaf } from './hash.ts'
import {
  appendEntries,
  type Checkpoint,
  checkConsistency,
  checkInclusion,
  type LogFiles,
  tilesForConsistency,
  tilesForInclusion,
} from './mod.ts'
import { isConsistent, isIncluded } from './proof.ts'
import { consistencyPath, inclusionPath, type Range } from './range.ts'
import { tilePath } from './tile.ts'
import { hashOfRange, tilesOf } from './tree.ts'

const ORIGIN = 'example.org/log'

/** Sizes near the edges of tiles, and any up to a thousand. */
const sizes = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(1, 2, 255, 256, 257, 511, 512, 513, 768))

/** One log for all, which grew entry by entry: what it was at each size, and all its files. */
const files = new Map<string, Uint8Array>()
const checkpoints: Checkpoint[] = [{ origin: ORIGIN, size: 0, root: sha256(new Uint8Array(0)) }]
for (let size = 0, edge: LogFiles = new Map(); size < 1000; size++) {
  const grown = appendEntries({ size, edge, entries: makeEntries(1, size) }, sha256)
  for (const [path, content] of grown.files) files.set(path, content)
  checkpoints.push({ origin: ORIGIN, size: grown.size, root: grown.root })
  edge = grown.edge
}
const at = (size: number) => checkpoints[size] as Checkpoint
const only = (paths: readonly string[]): LogFiles => new Map(paths.map((path) => [path, files.get(path) as Uint8Array]))

describe('an entry', () => {
  const entries = makeEntries(1000)
  const check = (size: number, index: number, given: LogFiles, entry = entries[index] as Uint8Array) =>
    checkInclusion({ entry, index, checkpoint: at(size), files: given }, sha256)

  test('is shown to be in the tree by the tiles that are asked for, wherever it is', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, any) => {
        const index = any % size
        expect(() => check(size, index, only(tilesForInclusion(index, size)))).not.toThrow()
      }),
      { numRuns: 150 },
    )
  })

  test('is refused when it is another, elsewhere, or behind the end', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, any, other) => {
        const index = any % size
        const given = only(tilesForInclusion(index, size))
        const wrong = entries[other % 1000] as Uint8Array
        fc.pre(other % 1000 !== index)
        expect(() => check(size, index, given, wrong)).toThrow(`what the log says of entry ${index}: its tree has another there`)
        expect(() => check(size, size + (other % 5), new Map(), wrong)).toThrow(`it has only ${size}`)
      }),
      { numRuns: 200 },
    )
  })
})

describe('a log', () => {
  const check = (older: number, newer: number) =>
    checkConsistency(at(older), at(newer), only(tilesForConsistency(at(older), at(newer))), sha256)

  test('is shown to have only grown, by the tiles that are asked for', () => {
    fc.assert(
      fc.property(sizes, sizes, (one, other) => {
        expect(() => check(Math.min(one, other), Math.max(one, other))).not.toThrow()
      }),
      { numRuns: 150 },
    )
    check(0, 7)
    check(7, 7)
  })

  test('that went back is refused', () => {
    expect(() => check(300, 299)).toThrow('Cannot trust the log: it went back, from 300 entries to 299')
  })

  test('of which there are two is refused', () => {
    const forged = { ...at(300), root: sha256(Uint8Array.of(1)) }
    expect(() => checkConsistency(at(300), forged, new Map(), sha256)).toThrow('there are two logs of 300 entries')
  })

  test('that was written anew is refused, whatever its beginning was changed to', () => {
    fc.assert(
      fc.property(sizes, sizes, (one, other) => {
        const [older, newer] = [Math.min(one, other), Math.max(one, other)]
        if (older === newer) return
        const forged = { ...at(older), root: sha256(Uint8Array.of(older)) }
        const given = only(tilesForConsistency(forged, at(newer)))
        expect(() => checkConsistency(forged, at(newer), given, sha256)).toThrow(
          `its first ${older} entries are not those that were seen before`,
        )
      }),
      { numRuns: 200 },
    )
  })

  test('is refused when a tile is cut short', () => {
    const given = new Map(only(tilesForConsistency(at(200), at(300))))
    given.set('tile/0/000', (given.get('tile/0/000') as Uint8Array).subarray(1))
    expect(() => checkConsistency(at(200), at(300), given, sha256)).toThrow('it has 8191 bytes, and 256 hashes are 8192')
  })
})

describe('a proof holds only as it is:', () => {
  const hashes = (ranges: readonly Range[], size: number) =>
    ranges.map((range) => hashOfRange(range, { size, files: only(tilesOf(ranges, size).map(tilePath)) }, sha256))
  /** The same with one bit of one of them changed. */
  const flip = (all: readonly Uint8Array[], bit: number) =>
    all.map((hash, which) => (which === bit % all.length ? hash.with(bit % 32, (hash[bit % 32] ?? 0) ^ (1 << (bit % 8))) : hash))

  test('no bit of one of inclusion may change, and no hash be missing or too many', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, any, bit) => {
        fc.pre(size > 1) // of one leaf there is nothing to be missing
        const index = any % size
        const path = hashes(inclusionPath(index, { start: 0, end: size }), size)
        const leaf = hashLeaf(makeEntries(1, index)[0] as Uint8Array, sha256)
        const holds = ([changedLeaf = leaf, root = leaf, ...others]: readonly Uint8Array[]) =>
          isIncluded({ leaf: changedLeaf, index, size, path: others, root }, sha256)
        const whole = [leaf, at(size).root, ...path]
        expect(holds(whole)).toBe(true)
        expect(holds(flip(whole, bit))).toBe(false)
        expect(holds([...whole, leaf])).toBe(false)
        expect(holds(whole.slice(0, -1))).toBe(false)
      }),
      { numRuns: 150 },
    )
  })

  test('no bit of one of consistency may change, and no hash be missing or too many', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), (one, other, bit) => {
        const [older, newer] = [Math.min(one, other), Math.max(one, other)]
        if (older === newer) return
        const path = hashes(consistencyPath(older, { start: 0, end: newer }), newer)
        const holds = ([before = at(0).root, after = at(0).root, ...others]: readonly Uint8Array[]) =>
          isConsistent({ older: { size: older, root: before }, newer: { size: newer, root: after }, path: others }, sha256)
        const whole = [at(older).root, at(newer).root, ...path]
        expect(holds(whole)).toBe(true)
        expect(holds(flip(whole, bit))).toBe(false)
        expect(holds([...whole, at(older).root])).toBe(false)
        expect(holds(whole.slice(0, -1))).toBe(false)
      }),
      { numRuns: 150 },
    )
  })
})
