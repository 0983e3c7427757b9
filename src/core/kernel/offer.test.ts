import { describe, expect, test } from 'vitest'
import { findOffer, isBuildable, listOffers } from './offer.ts'
import { parsePackageIndex } from './package-index.ts'
import { parseRelease } from './release.ts'

function stanza(name: string, version: string, depends = ''): string {
  return `Package: ${name}\nVersion: ${version}\nDepends: ${depends}\nSize: 10\nSHA256: ${name}-${version}\n`
}

const HEADERS_NEED = 'linux-headers-6.1.0-54-common (= 6.1.190-1), linux-kbuild-6.1 (>= 6.1.190-1), linux-compiler-gcc-12-x86'
const WHOLE = [
  stanza('linux-image-6.1.0-54-cloud-amd64', '6.1.190-1'),
  stanza('linux-headers-6.1.0-54-cloud-amd64', '6.1.190-1', HEADERS_NEED),
  stanza('linux-headers-6.1.0-54-common', '6.1.190-1'),
  stanza('linux-kbuild-6.1', '6.1.176-1'),
  stanza('linux-kbuild-6.1', '6.1.192-2'),
  stanza('linux-source-6.1', '6.1.192-2'),
  stanza('linux-source-6.1', '6.1.190-1'),
]
const release = parseRelease('6.1.0-54-cloud-amd64')
const offerOf = (stanzas: readonly string[]) => findOffer(parsePackageIndex(stanzas.join('\n')), release)

describe('a kernel on offer', () => {
  test('takes source and headers of its own version, and kbuild as its headers ask', () => {
    const offer = offerOf(WHOLE)
    expect(isBuildable(offer)).toBe(true)
    expect(offer.packages.map(({ role, package: { version } }) => `${role} ${version}`)).toEqual([
      'image 6.1.190-1',
      'headers 6.1.190-1',
      'common 6.1.190-1',
      'kbuild 6.1.192-2',
      'source 6.1.190-1',
    ])
  })

  test('names every package that is missing, at once', () => {
    const offer = offerOf(WHOLE.filter((text) => !/-common\n|6\.1\nVersion: 6\.1\.19/.test(text)))
    expect(isBuildable(offer)).toBe(false)
    expect(offer.missing).toEqual([
      'linux-headers-6.1.0-54-common (= 6.1.190-1)',
      'linux-kbuild-6.1 (>= 6.1.190-1)',
      'linux-source-6.1 (= 6.1.190-1)',
    ])
  })

  test('that is not there is a fault', () => {
    expect(() => findOffer([], release)).toThrow(/Cannot find linux-image-6.1.0-54-cloud-amd64/)
  })

  test('is listed by version, oldest first, and without unsigned or debug images', () => {
    const more = ['linux-image-6.1.0-47-amd64', 'linux-image-6.1.0-54-cloud-amd64-dbg', 'linux-image-cloud-amd64'].map((name) =>
      stanza(name, '6.1.99-1'),
    )
    const offers = listOffers(parsePackageIndex([...WHOLE, ...more].join('\n')))
    expect(offers.map((offer) => offer.release.release)).toEqual(['6.1.0-47-amd64', '6.1.0-54-cloud-amd64'])
  })
})
