import { expect, test, vi } from 'vitest'
import { harmless, makeScreen } from './screen.ts'

test('a title that moves the cursor is shown as it is, between styles of our own', () => {
  expect(harmless('\u001b[1mfix\u001b[22m  \u001b[2A\u001b]0;x\u0007\u009bK\u202e')).toBe(
    '\u001b[1mfix\u001b[22m  \\u001b[2A\\u001b]0;x\\u0007\\u009bK\\u202e',
  )
})

test('JSON says the same as before', () => {
  const value = { title: 'a\u009b\u202e\u{e0001}' }
  expect(JSON.parse(harmless(JSON.stringify(value)))).toEqual(value)
})

test('a remark stays when the next step is shown', () => {
  let shown = ''
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown += String(text)
    return true
  })
  const wasTerminal = process.stderr.isTTY
  process.stderr.isTTY = true
  try {
    const screen = makeScreen()
    screen.progress('one')
    screen.remark('it takes long')
    screen.progress('two')
  } finally {
    process.stderr.isTTY = wasTerminal
    write.mockRestore()
  }
  expect(shown).toBe('\r\u001b[Kone\r\u001b[Kit takes long\n\r\u001b[Ktwo')
})
