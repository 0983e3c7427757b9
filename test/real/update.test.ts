import { afterAll, expect, test } from 'vitest'
import { update } from '../../src/app/update/mod.ts'
import { makeUpdatePorts } from '../../src/bin/ports/update-ports.ts'
import { outputFolder } from '../kit/build-and-prove.ts'
import { editedTrees } from '../kit/edited-trees.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { SMALL_UPDATE } from '../kit/small-update.ts'

const folder = outputFolder()
afterAll(folder.dispose)

test('an update is taken as far as it can be, and each change is accounted for', { timeout: 600_000 }, async () => {
  const { paths, target } = await realKernel()
  const trees = editedTrees(paths.tree, SMALL_UPDATE, folder.path)
  const request = {
    release: target.release,
    ...trees,
    only: [],
    version: 1,
    name: 'small',
    output: `${folder.path}/out`,
    cves: [],
    bugs: [],
    cveRecords: [],
  }
  const outcome = await update(
    request,
    makeUpdatePorts(() => {}),
  )
  const rows = outcome.account.files.flatMap((file) =>
    file.rows.map((row) => `${row.standing} ${row.item}${row.code === undefined ? '' : ` ${row.code}`}`),
  )
  expect(rows.toSorted()).toEqual([
    'init-only fuse_exit',
    'init-only fuse_init',
    'init-only proc_uptime_init',
    'live kvm_dev_ioctl',
    'live pipe_ioctl',
    'live version_proc_show',
    'needs-reboot autofs_info layout-changed',
    'needs-reboot autofs_new_ino belongs-together',
    'needs-reboot fuse_dev_cleanup belongs-together',
    'needs-reboot fuse_dev_cleanup prototype-changed',
    'needs-reboot kauditd_thread thread-loop',
    'needs-reboot pipe_max_size data-changed',
    'no-code (between items)',
    'not-compiled fs/adfs/dir.c',
  ])
  expect(outcome.account.files.filter(({ standing }) => standing === 'partly').map(({ file }) => file)).toEqual(['fs/pipe.c'])
  const { build } = outcome
  expect(build.kind === 'built' && build.manifest.objects).toMatchObject([
    { name: 'vmlinux', functions: [{ name: 'pipe_ioctl' }, { name: 'version_proc_show' }] },
    { name: 'kvm', functions: [{ name: 'kvm_dev_ioctl' }] },
  ])
  expect(build.kind === 'built' && build.manifest.update).toEqual({ from: null, to: null })
  expect(build.kind === 'built' && build.manifest.notes.map(({ subject }) => subject)).toEqual(
    expect.arrayContaining(['autofs_info', 'autofs_new_ino', 'pipe_max_size']),
  )
})
