import { existsSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import type { BuildOutcome } from '../../src/app/build/mod.ts'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { LOOP_OFFSET, VERSION } from '../kit/edit-source.ts'

/** A later version of a live patch holds what the one before fixes, or says what it drops. */

const outputs = outputFolder()
afterAll(outputs.dispose)

const folder = `${outputs.path}/one`
let built: Promise<BuildOutcome> | undefined

/** The manifest of the version that comes first, built once for all tests here. */
async function firstVersion() {
  built ??= buildEdits([VERSION, LOOP_OFFSET], { name: 'one', output: folder, cves: ['CVE-2026-1', 'CVE-2026-2'] })
  const outcome = await built
  if (outcome.kind !== 'built') throw new Error(`not built: ${outcome.kind}`)
  return outcome.manifest
}

// loop_attr_offset_show has no copy of its own. A macro makes the function that holds it, and hands it on by its address: only the compiler can say so.
test('an edit of a function that the compiler inlines away is carried by the function that holds it', async () => {
  const { changes } = await firstVersion()
  expect(changes.map(({ function: name, carriedBy }) => [name, carriedBy])).toEqual([
    ['version_proc_show', [{ unit: VERSION.path, function: 'version_proc_show' }]],
    ['loop_attr_offset_show', [{ unit: LOOP_OFFSET.path, function: 'loop_attr_do_show_offset' }]],
  ])
})

test('a version that lacks a fix of the one before is refused, and one that says why is built', async () => {
  const manifest = await firstVersion()
  const second = { name: 'two', version: 2, output: `${outputs.path}/two`, cves: ['CVE-2026-1'] }

  const overwriting = buildEdits([VERSION], { ...second, name: 'one', output: folder, after: { folder, manifest, dropped: [] } })
  await expect(overwriting).rejects.toThrow(/both are called one[^]*it would be written over one/)
  expect(existsSync(`${folder}/manifest.json`)).toBe(true)

  const lacking = buildEdits([VERSION], { ...second, after: { folder, manifest, dropped: [] } })
  await expect(lacking).rejects.toThrow('Cannot make two the version after one:\n  - one fixes CVE-2026-2, and this does not')
  expect(existsSync(`${second.output}/manifest.json`)).toBe(false)

  const dropped = [{ id: 'CVE-2026-2', reason: 'it made loop devices slow' }]
  expect(await buildEdits([VERSION], { ...second, after: { folder, manifest, dropped } })).toMatchObject({
    kind: 'built',
    manifest: {
      after: { name: 'one', version: 1, sha256: manifest.module.sha256, dropped },
      notes: expect.arrayContaining([
        expect.objectContaining({ subject: 'loop_attr_do_show_offset', text: expect.stringMatching(/goes back to the kernel's own code/) }),
      ]),
    },
  })
})
