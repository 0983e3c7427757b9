import { expect, test } from 'vitest'
import { sampleOf } from './sample.ts'

const items = Array.from({ length: 100 }, (_, index) => ({ id: `case ${index}` }))

test('a seed draws the same again, another draws others, and all keep their order', () => {
  const drawn = sampleOf(items, { count: 10, seed: 1 })
  expect(sampleOf(items, { count: 10, seed: 1 })).toEqual(drawn)
  expect(sampleOf(items, { count: 10, seed: 2 })).not.toEqual(drawn)
  expect(drawn).toHaveLength(10)
  expect(items.filter((item) => drawn.includes(item))).toEqual(drawn)
})

test('what is drawn from fewer stays drawn where it is there', () => {
  const fewer = items.slice(0, 50)
  const all = sampleOf(items, { count: 20, seed: 3 })
  const some = sampleOf(fewer, { count: 20, seed: 3 })
  expect(all.filter((item) => fewer.includes(item)).every((item) => some.includes(item))).toBe(true)
})
