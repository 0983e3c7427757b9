import { expect, test } from 'vitest'
import { formatMetadata, parseMetadata } from './mod.ts'

const COMMON = { spec_version: '1.0.31', version: 1, expires: '2030-01-01T00:00:00Z', kmend: { repository: 'catalogue' } }
const TARGET = { length: 1, hashes: { sha256: 'a'.repeat(64) } }

test.each(['../../../etc/cron.d/x', 'stable/../x', '/etc/x', 'stable/', 'stable/.x', '__proto__/../x'])(
  'targets with the path %s, where a copy would write it, are refused',
  (path) => {
    const parse = (name: string) =>
      parseMetadata(
        formatMetadata({ signatures: [], signed: { ...COMMON, _type: 'targets', targets: { [name]: TARGET } } }),
        'targets',
        'stable.json',
      )
    expect(parse('stable/fix.kmend').signed.targets).toHaveProperty(['stable/fix.kmend'])
    expect(() => parse(path)).toThrow(expect.objectContaining({ code: 'trust/metadata' }))
  },
)

test('a snapshot that names a role of another place is refused', () => {
  const snapshot = { ...COMMON, _type: 'snapshot' as const, meta: { 'x/../../../x.json': { version: 1 } } }
  expect(() => parseMetadata(formatMetadata({ signatures: [], signed: snapshot }), 'snapshot', 'snapshot.json')).toThrow(
    expect.objectContaining({ code: 'trust/metadata' }),
  )
})
