import { expect, test } from 'vitest'
import { formatEntry, formatLeaf, type LogEntry, parseEntry, parseLeaf, readEntries, tilePath, writeEntries } from './mod.ts'

const ENTRY: LogEntry = {
  schema: 'kmend/log/1',
  timeMs: 1_700_000_000_000,
  act: 'retract',
  repository: 'kernels/6.1.0-1-cloud-amd64',
  role: 'stable',
  version: 7,
  sha256: 'ab'.repeat(32),
  bundles: [{ name: 'kmend_fix', sha256: 'cd'.repeat(32) }],
  reason: 'it panics — "now"',
}
const utf8 = (text: string) => new TextEncoder().encode(text)

test('an entry of the log is canonical JSON, and is read as it was written', () => {
  const bytes = formatEntry(ENTRY)
  expect(new TextDecoder().decode(bytes)).toMatch(/^{"act":"retract","bundles":\[{"name":"kmend_fix","sha256":"cdcd.*"version":7}$/)
  expect(parseEntry(bytes, 'entry 3')).toEqual(ENTRY)
})

test.each([
  ['another schema', { ...ENTRY, schema: 'kmend/log/2' }],
  ['an unknown act', { ...ENTRY, act: 'delete' }],
  ['a repository that leads elsewhere', { ...ENTRY, repository: 'kernels/..' }],
  ['a role that leads elsewhere', { ...ENTRY, role: '../root' }],
  ['a digest of another length', { ...ENTRY, sha256: 'ab' }],
  ['a bundle without a digest', { ...ENTRY, bundles: [{ name: 'kmend_fix' }] }],
  ['no reason, not even null', { ...ENTRY, reason: undefined }],
])('an entry with %s is refused', (_what, entry) => {
  const sorted = JSON.stringify(Object.fromEntries(Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1))))
  expect(() => parseEntry(utf8(sorted), 'entry 3')).toThrow(expect.objectContaining({ code: 'trust/log', in: 'entry 3' }))
})

test('an entry that says the same in another form is refused', () => {
  const text = new TextDecoder().decode(formatEntry(ENTRY))
  expect(() => parseEntry(utf8(text.replace(',', ', ')), '')).toThrow(expect.objectContaining({ code: 'trust/log' }))
  expect(() => parseEntry(utf8(text.replace('"act"', '"\\u0061ct"')), '')).toThrow(expect.objectContaining({ code: 'trust/log' }))
})

test('a leaf says where an entry is, and what it says', () => {
  const entry = formatEntry(ENTRY)
  expect(parseLeaf(formatLeaf(1234, entry), '')).toEqual({ index: 1234, entry })
  for (const text of ['', '12', '-1\n', '01\n', '1e3\n', `${2 ** 60}\n`])
    expect(() => parseLeaf(utf8(text), 'log/leaf/ab')).toThrow(expect.objectContaining({ code: 'trust/log' }))
})

test('bundles of entries have paths in groups of three digits, and exactly their entries', () => {
  const tile = { level: 'entries', index: 1_234_067, width: 2 } as const
  const path = 'tile/entries/x001/x234/067.p/2'
  expect(tilePath(tile)).toBe(path)
  const bytes = writeEntries([utf8('a'), new Uint8Array(0x1234)])
  expect([...bytes.subarray(0, 6)]).toEqual([0, 1, 0x61, 0x12, 0x34, 0])
  expect(readEntries(tile, new Map([[path, bytes]]))).toEqual([utf8('a'), new Uint8Array(0x1234)])
  expect(() => readEntries(tile, new Map([[path, bytes.subarray(0, -1)]]))).toThrow('entry 2 of 2 is cut short')
  expect(() => readEntries(tile, new Map([[path, Uint8Array.of(...bytes, 0)]]))).toThrow('1 bytes follow the last of its 2 entries')
})
