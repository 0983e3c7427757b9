import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { parseModuleSymvers, parseUnitCommands } from '../../src/core/kernel/mod.ts'
import { readSymbolTypes } from '../../src/io/symbol-types.ts'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import type { Edit } from '../kit/edit-source.ts'
import { realKernel } from '../kit/real-kernel.ts'

/** Functions whose parameters change, in a real kernel: who calls them, and who would go on calling them the old way. */

const folder = outputFolder()
afterAll(folder.dispose)

let count = 0
async function buildIt(edits: readonly Edit[]) {
  const outcome = await buildEdits(edits, { name: 'fix', output: `${folder.path}/${count++}` })
  const refusals = outcome.kind === 'unpatchable' ? outcome.refusals : []
  return { outcome, refusals: new Map(refusals.map(({ code, subject, reason }) => [`${subject}: ${code}`, reason])) }
}

const REPORTING = 'mm/page_reporting.c'
const REGISTER: Edit = {
  path: REPORTING,
  find: 'int page_reporting_register(struct page_reporting_dev_info *prdev)\n{\n',
  replace: 'int page_reporting_register(struct page_reporting_dev_info *prdev, int how)\n{\n\tif (how != 3)\n\t\treturn -EINVAL;\n',
}
const REGISTER_CALLS: readonly Edit[] = [
  {
    path: 'drivers/virtio/virtio_balloon.c',
    find: 'page_reporting_register(&vb->pr_dev_info)',
    replace: 'page_reporting_register(&vb->pr_dev_info, 3)',
  },
  {
    path: 'drivers/hv/hv_balloon.c',
    find: 'page_reporting_register(&dm_device.pr_dev_info)',
    replace: 'page_reporting_register(&dm_device.pr_dev_info, 3)',
  },
]
const REGISTER_DECLARED: Edit = {
  path: 'include/linux/page_reporting.h',
  find: 'int page_reporting_register(struct page_reporting_dev_info *prdev);',
  replace: 'int page_reporting_register(struct page_reporting_dev_info *prdev, int how);',
}

const MBCACHE = 'fs/mbcache.c'

/** Hides the declaration that other units go on using. */
function hideDeclaration(path: string, include: string, name: string): Edit {
  return { path, find: `#include <${include}>\n`, replace: `#define ${name} ${name}_elsewhere\n#include <${include}>\n#undef ${name}\n` }
}

// On both lines: a checksum is of all types that a symbol's prototype reaches, as each kernel's headers and configuration have them.
test.each(['6.1', '6.12'])('on %s, checksums come out as the kernel ships them', { timeout: 120_000 }, async (line) => {
  const kernel = await realKernel(line)
  const shipped = new Map(
    parseModuleSymvers(readFileSync(kernel.paths.symvers, 'utf8'), 'Module.symvers').map(({ name, crc }) => [name, crc]),
  )
  const { units } = parseUnitCommands(readFileSync(kernel.paths.commands, 'utf8'), 'commands.json')
  // Exports of the last three lead to types that the C file itself defines: genksyms looks into those of headers alone.
  for (const source of ['fs/fcntl.c', REPORTING, 'lib/glob.c', MBCACHE, 'kernel/workqueue.c', 'fs/eventfd.c']) {
    const unit = units.find((candidate) => candidate.source === source)
    if (unit === undefined) throw new Error(`this kernel compiles no ${source}`)
    const ask = (functions: readonly string[]) => readSymbolTypes(kernel.paths.tree, unit, { functions, output: `${folder.path}/types` })
    const { crcs } = await ask([])
    expect([...crcs].filter(([name, crc]) => shipped.get(name) !== crc)).toEqual([])
    expect(crcs.size).toBeGreaterThan(0)
    expect((await ask([...crcs.keys()])).crcs).toEqual(crcs)
  }
})

test('an exported function whose callers are all replaced is replaced, and the change of its checksum is told with who imports it', async () => {
  const { outcome, refusals } = await buildIt([REGISTER, REGISTER_DECLARED, ...REGISTER_CALLS])
  expect(refusals).toEqual(new Map())
  if (outcome.kind !== 'built') throw new Error(outcome.kind)
  expect(outcome.manifest.objects.map(({ name }) => name)).toEqual(['hv_balloon', 'virtio_balloon', 'vmlinux'])
  expect(outcome.manifest.versions).toMatchObject([
    { symbol: 'page_reporting_register', unit: REPORTING, importers: ['hv_balloon', 'virtio_balloon'] },
  ])
  const notes = outcome.manifest.notes.filter(({ subject }) => subject === 'page_reporting_register').map(({ text }) => text)
  expect(notes[0]).toMatch(
    /^exported, and the patched source changes its checksum from 0x[0-9a-f]{8} to 0x[0-9a-f]{8} .*: imported by hv_balloon, virtio_balloon$/,
  )
  expect(notes[1]).toMatch(
    /^"int page_reporting_register\(struct page_reporting_dev_info \*\)" becomes "int page_reporting_register\(struct page_reporting_dev_info \*, int\)": /,
  )
})

test('a type of a header changes the checksums of the exports that lead to it', async () => {
  const { outcome, refusals } = await buildIt([
    { path: 'include/linux/page_reporting.h', find: '\tunsigned int order;', replace: '\tint order;' },
    { path: REPORTING, find: 'page_reporting_order = prdev->order ?', replace: 'page_reporting_order = prdev->order > 0 ? prdev->order' },
  ])
  expect(refusals).toEqual(new Map())
  if (outcome.kind !== 'built') throw new Error(outcome.kind)
  expect(outcome.manifest.versions?.map(({ symbol }) => symbol)).toEqual(['page_reporting_register', 'page_reporting_unregister'])
})

test('another prototype of an export that leads to a type of the C file changes its checksum, and no other', async () => {
  const touch = 'void mb_cache_entry_touch(struct mb_cache *cache,'
  const become = touch.replace('(struct', '(const struct')
  const { outcome, refusals } = await buildIt([
    { path: 'include/linux/mbcache.h', find: touch, replace: become },
    { path: MBCACHE, find: touch, replace: become },
    { path: MBCACHE, find: '\tset_bit(MBE_REFERENCED_B', replace: '\tif (cache)\n\t\tset_bit(MBE_REFERENCED_B' },
  ])
  expect(refusals).toEqual(new Map())
  if (outcome.kind !== 'built') throw new Error(outcome.kind)
  expect(outcome.manifest.versions?.map(({ symbol, unit }) => [symbol, unit])).toEqual([['mb_cache_entry_touch', MBCACHE]])
})

test('functions that modules or the kernel image go on calling the old way are refused, with the callers', async () => {
  const { refusals } = await buildIt([
    hideDeclaration(REPORTING, 'linux/page_reporting.h', 'page_reporting_register'),
    { ...REGISTER, replace: `int page_reporting_register(struct page_reporting_dev_info *prdev, int how);\n${REGISTER.replace}` },
    hideDeclaration('fs/filesystems.c', 'linux/syscalls.h', 'get_fs_type'),
    {
      path: 'fs/filesystems.c',
      find: 'struct file_system_type *get_fs_type(const char *name)\n{',
      replace:
        'struct file_system_type *get_fs_type(const char *name, int how);\nstruct file_system_type *get_fs_type(const char *name, int how)\n{\n\tif (how)\n\t\tname++;',
    },
  ])
  expect(refusals.get('page_reporting_register: prototype-changed')).toMatch(
    /^"int page_.*" becomes .* calls it the old way: \w+ in hv_balloon, \w+ in virtio_balloon$/,
  )
  expect(refusals.get('get_fs_type: prototype-changed')).toMatch(/ calls it the old way: .*\w+/)
})

test("a function that a module's exit code calls the old way is refused: that code is not replaced, and runs later", async () => {
  const { refusals } = await buildIt([
    {
      path: 'fs/fuse/dev.c',
      find: 'void fuse_dev_cleanup(void)\n{',
      replace: 'void fuse_dev_cleanup(int how)\n{\n\tif (how != 3)\n\t\treturn;',
    },
    { path: 'fs/fuse/fuse_i.h', find: 'void fuse_dev_cleanup(void);', replace: 'void fuse_dev_cleanup(int how);' },
    { path: 'fs/fuse/inode.c', find: ' err_dev_cleanup:\n\tfuse_dev_cleanup();', replace: ' err_dev_cleanup:\n\tfuse_dev_cleanup(3);' },
    {
      path: 'fs/fuse/inode.c',
      find: '\tfuse_fs_cleanup();\n\tfuse_dev_cleanup();',
      replace: '\tfuse_fs_cleanup();\n\tfuse_dev_cleanup(3);',
    },
  ])
  expect(refusals.get('fuse_dev_cleanup: prototype-changed')).toBe(
    '"void fuse_dev_cleanup(void)" becomes "void fuse_dev_cleanup(int)", and code that is not replaced calls it the old way: init_module (.init.text) in fuse, cleanup_module (.exit.text) in fuse',
  )
})
