import { expect, test } from 'vitest'
import { bytesFromUtf8, utf8FromBytes } from './mod.ts'

const TEXTS = ['', 'plain', 'für 100 %, %41', '\u0000%41é\n', '漢字 and 🐧🐧', '\ufeffmarked']

test.each(TEXTS)('%j goes to UTF-8 and back as everyone else has it', (text) => {
  const bytes = bytesFromUtf8(text)
  expect(bytes).toEqual(new TextEncoder().encode(text))
  expect(utf8FromBytes(bytes)).toBe(text)
})

test('half of a pair is replaced, as it has no form in UTF-8', () => {
  expect(bytesFromUtf8('a\ud83d')).toEqual(new TextEncoder().encode('a\ufffd'))
})

test.each([
  ['a byte that begins nothing', [0xff]],
  ['a byte that continues nothing', [0x80]],
  ['a character cut short', [0x61, 0xe2, 0x80]],
  ['a form longer than it need be', [0xc0, 0xaf]],
  ['half a surrogate pair', [0xed, 0xa0, 0x80]],
  ['what is past the last character', [0xf4, 0x90, 0x80, 0x80]],
])('%s is no UTF-8', (_what, bytes) => {
  expect(utf8FromBytes(Uint8Array.from(bytes))).toBeUndefined()
})
