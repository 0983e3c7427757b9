import { expect, test } from 'vitest'
import { figure, median, medianAndMost } from './spread.ts'

test('the median of an even number of values lies between the two in the middle', () => {
  expect([median([9, 1, 4]), median([9, 1, 4, 2]), median([7])]).toEqual([4, 3, 7])
  expect(() => median([])).toThrow('Cannot')
})

test('a figure has three digits', () => {
  expect([0, 0.012_345, 0.999_9, 1.234_5, 12.345, 99.99, 123.45, 1_234_567].map(figure)).toEqual([
    '0',
    '0.0123',
    '1.00',
    '1.23',
    '12.3',
    '100',
    '123',
    '1230000',
  ])
  expect(medianAndMost([3, 1, 2])).toBe('2.00 (3.00)')
})
