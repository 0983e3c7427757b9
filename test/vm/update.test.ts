import { afterAll, expect, test } from 'vitest'
import { update } from '../../src/app/update/mod.ts'
import { makeUpdatePorts } from '../../src/bin/ports/update-ports.ts'
import { outputFolder, probeOutputs, proveFolders } from '../kit/build-and-prove.ts'
import { VERSION } from '../kit/edit-source.ts'
import { editedTrees } from '../kit/edited-trees.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { needingVm } from '../kit/vm.ts'

const folder = outputFolder()
afterAll(folder.dispose)

test('what an update could take runs in the kernel, without what was left out', { timeout: 600_000 }, async (context) => {
  const report = await needingVm(context, async () => {
    const { paths, target } = await realKernel()
    const limit = { path: 'fs/pipe.c', find: 'pipe_max_size = 1048576;', replace: 'pipe_max_size = 2097152;' }
    const trees = editedTrees(paths.tree, [VERSION, limit], folder.path)
    const output = `${folder.path}/out`
    const request = { release: target.release, ...trees, only: [], version: 1, name: 'small', output, cves: [], bugs: [], cveRecords: [] }
    await update(
      request,
      makeUpdatePorts(() => {}),
    )
    return proveFolders([output], 'head -c 7 /proc/version; echo; cat /proc/sys/fs/pipe-max-size')
  })
  expect(probeOutputs(report)).toEqual(['Linux v\n1048576', 'patched\n1048576', 'Linux v\n1048576'])
})
