import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { mapLimited } from './read-repository.ts'

test('where one fails no other is begun, and those under way have ended', async () => {
  const ended: number[] = []
  const items = Array.from({ length: 40 }, (_, index) => index)
  const act = async (item: number) => {
    await setTimeout(item === 1 ? 5 : 20)
    if (item === 1) throw new Error('no room')
    ended.push(item)
  }
  await expect(mapLimited(items, act)).rejects.toThrow('no room')
  expect(ended.toSorted((a, b) => a - b)).toEqual([0, 2, 3, 4, 5, 6, 7])
})
