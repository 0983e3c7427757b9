import { expect, test } from 'vitest'
import { parseUnifiedDiff } from '../../core/source/mod.ts'
import { applyPatches } from './apply-patches.ts'

const SOURCES = new Map([['/tree/a.c', 'one\ntwo\nthree\n']])
const files = {
  exists: (path: string) => Promise.resolve(SOURCES.has(path)),
  readText: (path: string) => Promise.resolve(SOURCES.get(path) ?? ''),
} as Parameters<typeof applyPatches>[2]['files']

function apply(...texts: string[]) {
  const patches = texts.map((text, rank) => parseUnifiedDiff(text, `${rank + 1}.patch`))
  const parts = patches.flatMap((patch) => patch.files.map((file) => ({ patch, file })))
  return applyPatches(parts, { tree: '/tree', release: '6.1.0-1-amd64', fuzz: 0 }, { files })
}

const FIRST = '--- a/a.c\n+++ b/a.c\n@@ -1,2 +1,3 @@\n one\n+new\n two\n'
const SECOND = '--- a/a.c\n+++ b/a.c\n@@ -2,3 +2,3 @@\n new\n-two\n+2\n three\n'

test('a patch applies to what the one before it left, and lines keep their number in the source', async () => {
  const [file] = await apply(FIRST, SECOND)
  expect(file?.patched.map(({ text, original }) => `${original ?? '-'} ${text}`)).toEqual(['1 one', '- new', '- 2', '3 three', '4 '])
  expect(file?.original).toEqual(['one', 'two', 'three', ''])
})

test('all that does not fit is said at once', async () => {
  await expect(apply(SECOND, FIRST.replace(' one', ' 1'))).rejects.toMatchObject({
    code: 'source/does-not-apply',
    message: expect.stringMatching(/a\.c \(1\.patch, line 3\): .* should be "new" and is "two"\n {2}- a\.c \(2\.patch, line 3\): .* "1"/),
  })
  await expect(apply(FIRST.replaceAll('a.c', 'b.c'), FIRST.replaceAll('a.c', 'c.c'))).rejects.toMatchObject({
    code: 'source/missing-file',
    message: expect.stringContaining('b.c, c.c'),
  })
})
