import { describe, expect, test } from 'vitest'
import { RELEASE_NOTE } from '../../test/kit/release-note-specimen.ts'
import { type Publisher, type ReleaseNote, composeCsaf } from '../core/advisory/mod.ts'
import { checkCsaf } from './csaf-validator.ts'

const PUBLISHER: Publisher = {
  name: 'Example',
  namespace: 'https://example.org',
  contact: 'security@example.org',
  advisories: 'https://example.org/advisories/',
}
const BARE: Publisher = { ...PUBLISHER, contact: undefined, advisories: undefined }
/** Nobody has said anything of what it fixes. */
const TERSE: ReleaseNote = { ...RELEASE_NOTE, text: '', issues: RELEASE_NOTE.issues.slice(1) }

function compose(note: ReleaseNote, publisher = PUBLISHER): object {
  const edition = { publishedMs: Date.UTC(2026, 10, 28, 12), tooling: { name: 'kmend', version: '0.1.0' } }
  return composeCsaf(note, publisher, edition) ?? {}
}

describe('a CSAF document', () => {
  test('of all that can be said, and of the least, is valid', async () => {
    expect(await checkCsaf(compose(RELEASE_NOTE))).toEqual([])
    expect(await checkCsaf(compose(TERSE, BARE))).toEqual([])
  })

  test('that names a product twice is found', async () => {
    const twice = JSON.stringify(compose(RELEASE_NOTE)).replaceAll('"product_id":"PATCH"', '"product_id":"KERNEL"')
    expect(await checkCsaf(JSON.parse(twice) as object)).not.toEqual([])
  })

  test('with a score that its vector does not come to is found, with its place', async () => {
    const [issue, ...others] = RELEASE_NOTE.issues
    if (issue === undefined) throw new Error('the specimen has issues')
    const cvss = [{ vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H', score: 9.9, source: 'somebody' }]
    const findings = await checkCsaf(compose({ ...RELEASE_NOTE, issues: [{ ...issue, cvss }, ...others] }))
    expect(findings.join('\n')).toMatch(/^\/vulnerabilities\/0\/scores\/0/m)
  })
})
