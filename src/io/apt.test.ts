import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { areListsFresh } from './apt.ts'

const DAY_MS = 24 * 3600 * 1000

test('package lists are fresh for a day, also while one of them is being replaced', async () => {
  const folder = mkdtempSync(`${tmpdir()}/kmend-lists-`)
  writeFileSync(`${folder}/example.org_dists_stable_main_binary-amd64_Packages`, '')
  symlinkSync(`${folder}/gone`, `${folder}/example.org_dists_updates_main_binary-amd64_Packages`)
  expect(await areListsFresh(folder, Date.now())).toBe(true)
  expect(await areListsFresh(folder, Date.now() + 2 * DAY_MS)).toBe(false)
  expect(await areListsFresh(`${folder}/nowhere`, Date.now())).toBe(false)
  rmSync(folder, { recursive: true })
})
