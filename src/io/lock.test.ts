import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { withLock } from './lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'kmend-lock-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('one holder at a time; afterwards it is free again', async () => {
  const path = join(folder, 'locks', 'a.lock')
  await withLock(path, async () => {
    await expect(withLock(path, () => Promise.resolve('second'))).rejects.toMatchObject({ code: 'cache/locked', in: path })
  })
  expect(await withLock(path, () => Promise.resolve('later'))).toBe('later')
})

test('what is guarded gives the fault its words', async () => {
  const path = join(folder, 'd.lock')
  await withLock(path, async () => {
    const second = withLock(path, () => Promise.resolve('second'), 'output')
    await expect(second).rejects.toMatchObject({
      code: 'build/locked',
      message: `Cannot build into this folder: process ${process.pid} is working on it`,
    })
  })
})

test('the lock is given back when the work fails', async () => {
  const path = join(folder, 'b.lock')
  await expect(withLock(path, () => Promise.reject(new Error('work')))).rejects.toThrow('work')
  expect(await withLock(path, () => Promise.resolve('later'))).toBe('later')
})

test.each(['', '999999999 1\n', `${process.pid} 1\n`])('a lock left behind by a dead process is taken over (%j)', async (content) => {
  const path = join(folder, 'c.lock')
  writeFileSync(path, content)
  expect(await withLock(path, () => Promise.resolve('mine'))).toBe('mine')
})
