import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { shareFile } from './folders.ts'

const folder = mkdtempSync(join(tmpdir(), 'kmend-share-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('of many who share at the same time one wins, and all see a whole file that nobody can write by mistake', async () => {
  const sources = Array.from({ length: 8 }, (_, index) => join(folder, `from-${index}`))
  for (const source of sources) writeFileSync(source, source)
  const to = join(folder, 'kept/of/all')
  await Promise.all(sources.map((source) => shareFile(source, to)))
  expect(sources).toContain(readFileSync(to, 'utf8'))
  expect(readdirSync(join(folder, 'kept/of'))).toEqual(['all'])
  expect(statSync(to).mode & 0o222).toBe(0)
})

test('what is there already stays, also when it is shared onto itself', async () => {
  const [first, second, to] = ['first', 'second', 'to'].map((name) => join(folder, name)) as [string, string, string]
  writeFileSync(first, 'first')
  writeFileSync(second, 'second')
  for (const from of [first, second, to]) await shareFile(from, to)
  expect(readFileSync(to, 'utf8')).toBe('first')
})

test('a file that is not there is a fault', async () => {
  await expect(shareFile(join(folder, 'none'), join(folder, 'any'))).rejects.toMatchObject({ code: 'io/missing' })
})
