import { expect, test } from 'vitest'
import { OFFER_SCHEMA, type Offer, formatOffer, parseOffer } from './mod.ts'

const OFFER: Offer = {
  schema: OFFER_SCHEMA,
  name: 'kmend_fix',
  version: 2,
  release: '6.1.0-1-cloud-amd64',
  buildId: 'ab'.repeat(20),
  packageVersion: '6.1.1-1',
  arch: 'amd64',
  kind: 'security',
  title: 'a fix',
  moduleSha256: '0'.repeat(64),
  isSigned: true,
  publishedMs: 1,
  sinceMs: 2,
  urgency: { cvss: 7.8, knownExploited: false },
}

const WRITTEN = { ...OFFER, urgency: { cvss: '7.8', knownExploited: false } }

test('an offer is read from the custom field of its target, retracted or not', () => {
  const retracted = { ...OFFER, retracted: { sinceMs: 3, reason: 'it panics', stepBack: true } }
  expect(parseOffer(formatOffer(OFFER), 'stable/kmend_fix.kmend')).toEqual(OFFER)
  expect(parseOffer(formatOffer(retracted), 'stable/kmend_fix.kmend')).toEqual(retracted)
})

test.each([
  ['no custom field', undefined],
  ['another schema', { kmend: { ...WRITTEN, schema: 'kmend/offer/2' } }],
  ['a name that leads elsewhere', { kmend: { ...WRITTEN, name: '../fix' } }],
  ['no version', { kmend: { ...WRITTEN, version: 0 } }],
  ['an unknown kind', { kmend: { ...WRITTEN, kind: 'feature' } }],
  ['a score past ten', { kmend: { ...WRITTEN, urgency: { cvss: '11.0', knownExploited: false } } }],
  ['a title that steers a terminal', { kmend: { ...WRITTEN, title: '\u001b[2Jall is well' } }],
  ['a reason that steers a terminal', { kmend: { ...WRITTEN, retracted: { sinceMs: 3, reason: '\u009b2J', stepBack: true } } }],
  ['a retraction without its reason', { kmend: { ...WRITTEN, retracted: { sinceMs: 3, stepBack: true } } }],
])('an offer with %s is refused', (_what, custom) => {
  expect(() => parseOffer(custom, 'stable/kmend_fix.kmend')).toThrow(expect.objectContaining({ code: 'trust/metadata' }))
})
