import { afterAll, expect, test } from 'vitest'
import { initPatch } from '../../src/app/build/mod.ts'
import { prove } from '../../src/app/prove/mod.ts'
import { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { makeProvePorts } from '../../src/bin/ports/prove-ports.ts'
import { outputFolder } from '../kit/build-and-prove.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { needingVm } from '../kit/vm.ts'

const folder = outputFolder()
afterAll(folder.dispose)

test('an empty live patch goes in and comes out: the kernel is ready for others', async (context) => {
  await needingVm(context, async () => {
    const { target } = await realKernel()
    const silent = () => {}
    const { manifest } = await initPatch({ release: target.release, name: 'kmend_init', output: folder.path }, makeBuildPorts(silent))
    expect(manifest).toMatchObject({ version: 1, objects: [] })
    const report = await prove({ paths: [folder.path], probes: [], modules: [], deadlineMs: 60_000 }, makeProvePorts(silent))
    expect(report).toMatchObject({ kind: 'proved', findings: [], patches: [{ name: 'kmend_init', functions: [] }] })
  })
}, 300_000)
