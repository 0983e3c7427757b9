import { expect, test } from 'vitest'
import { MEANS, publication } from '../../../test/kit/planned-repository.ts'
import { PENDING_SCHEMA, parsePending } from './parse-pending.ts'

const PENDING: unknown = JSON.parse(
  JSON.stringify({ schema: PENDING_SCHEMA, change: publication(), areas: ['kernels/6.1.0-1-cloud-amd64', 'catalogue'], isComplete: false }),
)
const parse = (pending: unknown) =>
  parsePending(JSON.stringify(pending), { file: 'change.json', keptAt: (sha256) => `/kept/${sha256}`, sha256: MEANS.sha256 })

test('a change that waits is read as it was written, and the bytes that it brings from where their digest says', () => {
  const { change, ...rest } = parse(PENDING)
  expect({ ...rest, change: { ...change, files: [] } }).toEqual(withField(PENDING, 'change.files', []))
  const [bundle, list] = change.files.toSorted((a, b) => a.from.kind.localeCompare(b.from.kind))
  expect(bundle?.from).toEqual({ kind: 'file', path: `/kept/${bundle?.sha256}` })
  expect(list?.from.kind).toBe('text')
})

test.each<[string, unknown]>([
  ['schema', 'kmend/pending/2'],
  ['areas', ['kernels/../..']],
  ['isComplete', 'no'],
  ['change', null],
  ['change.act', 'erase'],
  ['change.atMs', 1e300],
  ['change.reason', 'two\nlines'],
  ['change.bundles', [{ name: '../fix', sha256: 'ab' }]],
  ['change.documents', {}],
  ['change.documents[0]', null],
  ['change.documents[0].repository', '/etc'],
  ['change.documents[0].role', '../root'],
  ['change.documents[0].metadata', {}],
  ['change.documents[0].before', 1],
  ['change.files', null],
  ['change.files[0].path', '../outside'],
  ['change.files[0].sha256', 'ab'],
  ['change.files[0].sizeBytes', -1],
  ['change.files[0].from', { kind: 'stored', path: '/etc/shadow' }],
  ['change.files[0].from', { kind: 'text', text: 'another text' }],
])('one whose %s is %j is refused, and the field is named', (field, value) => {
  expect(() => parse(withField(PENDING, field, value))).toThrow(
    expect.objectContaining({ code: 'trust/metadata', in: 'change.json', message: expect.stringContaining(field) }),
  )
})

test('what nobody has signed does not pass for complete', () => {
  expect(() => parse(withField(PENDING, 'isComplete', true))).toThrow('change.documents[0].metadata')
})

test.each(['', '[]', 'null', '{'])('what is no object is refused: %s', (text) => {
  const means = { file: 'change.json', keptAt: (sha256: string) => sha256, sha256: MEANS.sha256 }
  expect(() => parsePending(text, means)).toThrow(expect.objectContaining({ code: 'trust/metadata' }))
})

/** A copy in which the field of a path such as `change.files[0].from` is another. */
function withField(whole: unknown, path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(whole)
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '')
  const last = keys.pop() ?? ''
  const holder = keys.reduce((at, key) => (at as Record<string, unknown>)[key], copy)
  ;(holder as Record<string, unknown>)[last] = value
  return copy
}
