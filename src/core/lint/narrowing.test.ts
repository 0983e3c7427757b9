import { expect, test } from 'vitest'
import { narrowing } from './narrowing.ts'

test.each([
  ['a', 'a && b', 'b'],
  ['a', 'b && a', 'b'],
  ['a||b', 'c&&a||b', 'c'],
  ['a', 'ab && a', 'ab'],
])('of %s, %s asks more', (old, now, more) => {
  expect(narrowing(old, now)).toBe(more)
})

test.each([
  ['a', 'a'],
  ['a && b', 'a'],
  ['a', 'ab && c'],
  ['a', 'a && b || c'],
  ['a||b', 'd||c&&a||b'],
])('of %s, %s need not', (old, now) => {
  expect(narrowing(old, now)).toBeUndefined()
})
