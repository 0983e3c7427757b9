import { expect, test } from 'vitest'
import {
  type Checkpoint,
  checkConsistency,
  checkInclusion,
  COSIGNATURE,
  entryTiles,
  findCosigned,
  formatNote,
  formatWitnessed,
  makeCosignature,
  makeVerifierKey,
  openCheckpoint,
  parseEntry,
  parseLeaf,
  parseNote,
  parseVerifierKey,
  parseWitnessed,
  readEntries,
  tilesForConsistency,
  tilesForInclusion,
} from '../../src/core/log/mod.ts'
import { fuzz, fuzzText } from '../kit/fuzz.ts'
import { growLog, makeEntries, sha256 } from '../kit/log-specimen.ts'
import { logEntry, logFiles, makeLogSigner } from '../kit/signed-log.ts'

const SIGNER = makeLogSigner()
const ENTRY = logEntry({
  role: 'stable',
  version: 7,
  sha256: 'ab'.repeat(32),
  bundles: [{ name: 'fix', sha256: 'cd'.repeat(32) }],
  reason: 'it panics',
})
const FILES = logFiles([ENTRY], SIGNER)
const file = (path: string) => FILES.get(path) ?? new Uint8Array(0)

test('a damaged checkpoint ends in a fault, or is read', () => {
  const key = parseVerifierKey(SIGNER.log.key, sha256)
  // Signatures are believed, so that the damage goes deeper.
  const read = (bytes: Uint8Array) => openCheckpoint(bytes, { key, origin: SIGNER.log.origin, path: 'checkpoint', verify: () => true })
  expect(read(file('log/checkpoint')).checkpoint.size).toBe(1)
  fuzz(file('log/checkpoint'), read)
  fuzz(file('log/checkpoint'), (bytes) => parseNote(bytes, 'checkpoint'))
})

test('a damaged key of a log does as well', () => {
  const read = (bytes: Uint8Array) => parseVerifierKey(new TextDecoder().decode(bytes), sha256)
  expect(read(new TextEncoder().encode(SIGNER.log.key)).name).toBe(SIGNER.log.origin)
  fuzz(new TextEncoder().encode(SIGNER.log.key), read)
})

test('a damaged list of what witnesses have seen, and each note in it, do as well', () => {
  const verifier = makeVerifierKey({ name: 'witness.example', type: COSIGNATURE, key: new Uint8Array(32) }, sha256)
  const { text, signatures } = parseNote(file('log/checkpoint'), 'checkpoint')
  const line = makeCosignature(verifier, { timeS: 1_700_000_000, signature: new Uint8Array(64) })
  const list = formatWitnessed([{ text, signatures: [...signatures, line] }])
  const about = { witness: verifier, origin: SIGNER.log.origin, verify: () => true }
  const read = (told: string) => parseWitnessed(new TextEncoder().encode(told), 'witnessed.json').map((note) => findCosigned(note, about))
  expect(read(list)).toMatchObject([{ timeS: 1_700_000_000, checkpoint: { size: 1 } }])
  fuzzText(list, read)
  fuzz(new TextEncoder().encode(formatNote({ text, signatures: [line] })), (bytes) => findCosigned(parseNote(bytes, 'note'), about))
})

test('a damaged leaf, and the entry in it, do as well', () => {
  const path = `log/leaf/${ENTRY.sha256}`
  const read = (bytes: Uint8Array) => parseEntry(parseLeaf(bytes, path).entry, path)
  expect(read(file(path))).toEqual(ENTRY)
  fuzz(file(path), read)
})

test('a damaged bundle of entries does as well', () => {
  const { files } = growLog(5)
  const [tile] = entryTiles({ start: 0, end: 5 })
  if (tile === undefined) throw new Error('five entries are in a bundle')
  const path = 'tile/entries/000.p/5'
  const read = (bytes: Uint8Array) => readEntries(tile, new Map([[path, bytes]]))
  expect(read(files.get(path) ?? new Uint8Array(0))).toHaveLength(5)
  fuzz(files.get(path) ?? new Uint8Array(0), read)
})

test('a damaged tile does as well', () => {
  const [older, newer] = [growLog(3), growLog(3, 8)]
  const [before, checkpoint] = [older, newer].map(({ size, root }): Checkpoint => ({ origin: 'example.org/log', size, root }))
  const [entry] = makeEntries(1, 4)
  if (before === undefined || checkpoint === undefined || entry === undefined) throw new Error('there are two trees and an entry')
  const paths = new Set([...tilesForInclusion(4, 11), ...tilesForConsistency(before, checkpoint)])
  expect([...paths]).toEqual(['tile/0/000.p/11'])
  const read = (bytes: Uint8Array) => {
    const files = new Map([['tile/0/000.p/11', bytes]])
    checkInclusion({ entry, index: 4, checkpoint, files }, sha256)
    checkConsistency(before, checkpoint, files, sha256)
  }
  const tile = newer.files.get('tile/0/000.p/11') ?? new Uint8Array(0)
  read(tile)
  fuzz(tile, read)
})
