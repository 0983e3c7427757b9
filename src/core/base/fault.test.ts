import { expect, test } from 'vitest'
import { Fault, formatFault } from './mod.ts'

test('what a server writes into a fault does not steer the terminal that shows it', () => {
  const fault = new Fault('fetch/unreachable', 'Cannot fetch: \u001b[2J\u009b1A\u202e', { in: 'a\rb', try: 'two\n\tlines' })
  expect(formatFault(fault)).toBe(
    'error[fetch/unreachable]: Cannot fetch: \\u001b[2J\\u009b1A\\u202e\n  in:  a\\u000db\n  try: two\n\tlines',
  )
})
