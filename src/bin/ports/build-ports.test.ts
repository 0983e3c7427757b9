import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { build, initPatch } from '../../app/build/mod.ts'
import { update } from '../../app/update/mod.ts'
import { makeBuildPorts } from './build-ports.ts'
import { makeUpdatePorts } from './update-ports.ts'

const folder = mkdtempSync(join(tmpdir(), 'kmend-ports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const request = { release: '6.1.0-1-amd64', name: 'fix', version: 1, output: folder, cves: [], bugs: [] }
const builds = {
  'of patches': () =>
    build(
      { ...request, patches: [], fuzz: 0, allowLayout: [] },
      makeBuildPorts(() => {}, folder),
    ),
  'of a whole update': () =>
    update(
      { ...request, from: undefined, to: 'newer', only: [], cveRecords: [] },
      makeUpdatePorts(() => {}, folder),
    ),
  'of the empty first patch': () =>
    initPatch(
      request,
      makeBuildPorts(() => {}, folder),
    ),
}

test.each(Object.entries(builds))('while one process builds into a folder, a build %s leaves it as it is', async (_, another) => {
  const { withOutputLock } = makeBuildPorts(() => {})
  const module = join(folder, 'fix.ko')
  writeFileSync(module, 'of the first')
  await withOutputLock(join(folder, 'work/lock'), async () => {
    await expect(another()).rejects.toMatchObject({ code: 'build/locked' })
    expect(existsSync(module)).toBe(true)
  })
  await expect(another()).rejects.toMatchObject({ code: 'kernel/not-cached' })
})
