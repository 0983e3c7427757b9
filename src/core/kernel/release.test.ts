import { expect, test } from 'vitest'
import { parseRelease, tryParseRelease } from './release.ts'

test.each([
  ['6.1.0-56-cloud-amd64', '6.1', '6.1.0-56', 'cloud'],
  ['6.1.0-47-amd64', '6.1', '6.1.0-47', 'generic'],
  ['6.1.0-47-rt-amd64', '6.1', '6.1.0-47', 'rt'],
  ['6.12.117+deb12-cloud-amd64', '6.12', '6.12.117+deb12', 'cloud'],
  ['6.12.117+deb12-amd64', '6.12', '6.12.117+deb12', 'generic'],
  ['6.12.9+bpo-amd64', '6.12', '6.12.9+bpo', 'generic'],
])('%s is line %s, abi %s, flavour %s', (text, line, abi, flavour) => {
  expect(parseRelease(text)).toEqual({ release: text, line, abi, flavour, arch: 'amd64' })
})

test.each(['', 'foo', '6.1.0-56-cloud-arm64', '6.1.0-56-cloud-amd64-unsigned', '6.1.0-56-cloud-amd64-dbg', '../6.1.0-1-amd64'])(
  '"%s" is refused',
  (text) => {
    expect(tryParseRelease(text)).toBeUndefined()
    expect(() => parseRelease(text)).toThrow(/Cannot read/)
  },
)
