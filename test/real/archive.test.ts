import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Package } from '../../src/core/kernel/mod.ts'
import { fetchPackages, listKernelPackages } from '../../src/io/apt.ts'
import { digestFile } from '../../src/io/digest.ts'

const DAY_MS = 86_400_000
const home = mkdtempSync(join(tmpdir(), 'kmend-archive-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const options = { home, nowMs: Date.now() }
let smallest: Package
beforeAll(async () => {
  const index = await listKernelPackages(options)
  smallest = index.toSorted((a, b) => a.sizeBytes - b.sizeBytes)[0] as Package
})

describe('the package archive', () => {
  test('gives a package whose content is what its index says', async () => {
    const path = (await fetchPackages([smallest], options)).get(smallest.name) ?? ''
    expect(await digestFile(path)).toBe(smallest.sha256)
    expect(readdirSync(join(home, 'debs/partial'))).toEqual([])
  })

  test('is asked again for a package that was damaged since, or half fetched', async () => {
    const path = (await fetchPackages([smallest], options)).get(smallest.name) ?? ''
    const name = path.slice(path.lastIndexOf('/') + 1)
    writeFileSync(join(home, 'debs/partial', `${name}.part`), readFileSync(path).subarray(0, 1000))
    writeFileSync(path, 'damaged')
    await fetchPackages([smallest], options)
    expect(await digestFile(path)).toBe(smallest.sha256)
  })

  test('does not get past a digest that differs', async () => {
    const other = { ...smallest, sha256: '0'.repeat(64) }
    await expect(fetchPackages([other], options)).rejects.toMatchObject({ code: 'archive/digest' })
  })

  test("is listed afresh, in a folder of our own, when the machine's lists are old", async () => {
    const names = (await listKernelPackages({ home, nowMs: Date.now() + 2 * DAY_MS })).map(({ name }) => name)
    expect(names).toContain(smallest.name)
    expect(names.some((name) => name.endsWith('-dbg'))).toBe(false)
    expect(readdirSync(join(home, 'apt/state/lists')).some((name) => name.includes('_Packages'))).toBe(true)
  })
})
