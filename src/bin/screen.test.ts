import { expect, test } from 'vitest'
import { harmless } from './screen.ts'

test('a title that moves the cursor is shown as it is, between styles of our own', () => {
  expect(harmless('\u001b[1mfix\u001b[22m  \u001b[2A\u001b]0;x\u0007\u009bK\u202e')).toBe(
    '\u001b[1mfix\u001b[22m  \\u001b[2A\\u001b]0;x\\u0007\\u009bK\\u202e',
  )
})

test('JSON says the same as before', () => {
  const value = { title: 'a\u009b\u202e\u{e0001}' }
  expect(JSON.parse(harmless(JSON.stringify(value)))).toEqual(value)
})
