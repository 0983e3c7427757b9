import { expect, test } from 'vitest'
import { EMPTY_RECORD, type HostRecord, type PatchRecord, formatRecord, parseRecord } from './host-record.ts'

const PATCH: PatchRecord = {
  name: 'fix',
  version: 1,
  release: '6.1.0-1-cloud-amd64',
  buildId: 'ab',
  sha256: 'ab',
  fileSha256: 'cd',
  standing: { kind: 'trial', bootId: 'boot', uptimeMs: 1.5, logStart: 2 },
  sinceMs: 1_700_000_000_000,
  package: null,
  retracted: { sinceMs: 1, reason: 'it panics', stepBack: true, accepted: { atMs: 2, reason: 'needed' } },
}
const KEPT: PatchRecord = { ...PATCH, name: 'older', standing: { kind: 'kept', wasAccepted: true, cutShort: true } }
const RECORD: HostRecord = {
  ...EMPTY_RECORD,
  cleanBootId: 'boot',
  patches: [PATCH, KEPT],
  images: [{ release: '6.1.0-1-cloud-amd64', modules: ['ab'], failedMs: null }],
  announced: { release: '6.1.0-1-cloud-amd64', until: '2027-01-01', step: 30 },
}

test('what a host keeps is read as it was written, also what an earlier version wrote', () => {
  expect(parseRecord(formatRecord(RECORD), 'f')).toEqual(RECORD)
  const earlier = { ...PATCH, fileSha256: undefined }
  expect(parseRecord(JSON.stringify({ ...RECORD, patches: [earlier] }), 'f').patches).toEqual([{ ...PATCH, fileSha256: 'ab' }])
})

test.each<[string, unknown]>([
  ['name', '../fix'],
  ['version', '1'],
  ['release', 'a/b'],
  ['buildId', null],
  ['sha256', undefined],
  ['standing', { kind: 'trusted' }],
  ['standing', { kind: 'trial', bootId: 'boot' }],
  ['standing', null],
  ['sinceMs', 1e300],
  ['package', 3],
  ['retracted', { reason: 'it panics' }],
])('a live patch whose %s is %j is refused, and the field is named', (field, value) => {
  expect(() => parseRecord(JSON.stringify({ ...RECORD, patches: [PATCH, { ...KEPT, [field]: value }] }), 'f')).toThrow(
    expect.objectContaining({ code: 'host/state', in: 'f', message: expect.stringContaining(`(patches[1].${field})`) }),
  )
})

test.each(['', 'null', '[]', '{}', JSON.stringify({ ...RECORD, patches: [null] }), JSON.stringify({ ...RECORD, images: [{}] })])(
  'what is of another form is refused: %s',
  (text) => {
    expect(() => parseRecord(text, 'f')).toThrow(expect.objectContaining({ code: 'host/state' }))
  },
)
