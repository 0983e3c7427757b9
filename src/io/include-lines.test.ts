import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { cFiles, includeLines } from './include-lines.ts'

const tree = mkdtempSync(join(tmpdir(), 'kmend-includes-'))
afterAll(() => rmSync(tree, { recursive: true }))

test('folders of the kernel that hold no unit are left out, and not those of their names in a module', async () => {
  for (const path of ['tools/a.c', 'fs/a.c', 'external/ring/tools/a.h', 'external/ring/a.txt']) {
    mkdirSync(join(tree, dirname(path)), { recursive: true })
    writeFileSync(join(tree, path), '#include <linux/fs.h>\n')
  }
  symlinkSync('fs', join(tree, 'net'))
  const expected = ['external/ring/tools/a.h', 'fs/a.c']
  expect((await includeLines(tree)).trim().split('\n').toSorted()).toEqual(expected.map((path) => `${path}:#include <linux/fs.h`))
  expect((await cFiles(tree)).filter((path) => path !== '').toSorted()).toEqual(expected)
})
