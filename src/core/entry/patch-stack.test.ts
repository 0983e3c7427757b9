import { expect, test } from 'vitest'
import { stackOf } from './patch-stack.ts'

const without = (...names: string[]) => names.map((name) => ({ name, stackOrder: undefined }))

test('the last that was applied is on top, and how that is known is said', () => {
  const newestFirst = ['c', 'loop', 'a', 'b']
  expect(stackOf([], newestFirst)).toEqual({ names: [], knownBy: 'only one' })
  expect(stackOf(without('a', 'b', 'c'), newestFirst)).toEqual({ names: ['c', 'a', 'b'], knownBy: 'order of loading' })
  expect(stackOf(without('a', 'x'), newestFirst)).toEqual({ names: ['a', 'x'], knownBy: 'unknown' })
  const said = [
    { name: 'a', stackOrder: 1 },
    { name: 'b', stackOrder: 2 },
  ]
  expect(stackOf(said, newestFirst)).toEqual({ names: ['b', 'a'], knownBy: 'stack_order' })
})
