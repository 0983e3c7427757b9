import { expect, test } from 'vitest'
import { formatOffer, parseOffer, parseRootFacts } from '../../src/core/trust/mod.ts'
import { fuzz } from '../kit/fuzz.ts'
import { offerOf } from '../kit/small-repository.ts'

const utf8 = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** What is no JSON never gets so far: whoever reads metadata refuses it. */
function fuzzJson(value: unknown, read: (value: unknown) => unknown): void {
  fuzz(utf8(value), (bytes) => {
    let damaged: unknown
    try {
      damaged = JSON.parse(new TextDecoder().decode(bytes))
    } catch {
      return
    }
    read(damaged)
  })
}

test('a damaged offer ends in a fault, or is read', () => {
  const offer = offerOf({
    name: 'fix',
    version: 1,
    release: '6.1.0-1-cloud-amd64',
    buildId: 'ab',
    retracted: { sinceMs: 1, reason: 'it panics', stepBack: true },
  })
  const read = (custom: unknown) => parseOffer(custom, 'stable/fix.kmend')
  expect(read(formatOffer(offer))).toEqual(offer)
  fuzzJson(formatOffer(offer), read)
})

test('what a damaged root says of tiers and log does as well', () => {
  const root = { kmend: { schema: 'kmend/root/1', tiers: ['canary', 'stable'], log: { origin: 'example.org/log', key: 'none' } } }
  expect(parseRootFacts(root).tiers).toEqual(['canary', 'stable'])
  fuzzJson(root, parseRootFacts)
})
