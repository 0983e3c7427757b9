import { expect, test } from 'vitest'
import { textFromUtf8, utf8FromText } from './mod.ts'

const TEXTS = ['', 'plain', 'für 100 %, %41', '\u0000%41é', '漢字 and 🐧🐧', '\ufeffmarked']

test.each(TEXTS)('%j is written as others write it, and read again', (text) => {
  expect(utf8FromText(text)).toEqual(new Uint8Array(Buffer.from(text)))
  expect(textFromUtf8(utf8FromText(text))).toBe(text)
})

test('half of a pair is replaced, as it has no form in UTF-8', () => {
  expect(utf8FromText('a\ud83d')).toEqual(new Uint8Array(Buffer.from('a\ufffd')))
})

test.each([[[0xff]], [[0xc3]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]], [[0xf4, 0x90, 0x80, 0x80]]])('%j is no UTF-8', (bytes) => {
  expect(textFromUtf8(Uint8Array.from(bytes))).toBeUndefined()
})
