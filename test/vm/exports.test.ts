import { afterAll, expect, test } from 'vitest'
import { buildEdits, outputFolder, probeOutputs, proveFolders } from '../kit/build-and-prove.ts'
import type { Edit } from '../kit/edit-source.ts'
import { needingVm } from '../kit/vm.ts'

/** A module's patched code reaches what modules could not reach before. */

const folder = outputFolder()
afterAll(folder.dispose)

const LOOP = 'drivers/block/loop.c'
const SHOW = 'return sysfs_emit(buf, "%llu\\n", (unsigned long long)lo->lo_offset);'

/** In the kernel image: a function that was global is exported, a new one is exported, a static variable becomes global. */
const IMAGE: readonly Edit[] = [
  {
    path: 'kernel/fork.c',
    find: 'int nr_processes(void)\n{',
    replace: 'int nr_processes(void);\nEXPORT_SYMBOL_GPL(nr_processes);\nint nr_processes(void)\n{',
  },
  {
    path: 'fs/filesystems.c',
    find: 'static struct file_system_type *file_systems;',
    replace:
      'struct file_system_type *file_systems;\nint kmend_seven(void);\nnoinline int kmend_seven(void)\n{\n\treturn 7;\n}\nEXPORT_SYMBOL_GPL(kmend_seven);',
  },
]

/** In the module: uses them, and a symbol in a namespace that the module does not import. */
const MODULE: readonly Edit[] = [
  {
    path: LOOP,
    find: '#include <linux/uaccess.h>',
    replace: '#include <linux/uaccess.h>\n#include <linux/dma-buf.h>\nMODULE_IMPORT_NS(DMA_BUF);',
  },
  {
    path: LOOP,
    find: SHOW,
    replace: `{
		extern int nr_processes(void), kmend_seven(void);
		extern struct file_system_type *file_systems;

		return sysfs_emit(buf, "seven %d, processes %d, %s, %ld\\n", kmend_seven(), nr_processes() > 0, file_systems->name, PTR_ERR(dma_buf_get(-1)));
	}`,
  },
]

test('exports that the patch makes, a static that it makes global, and a symbol in a namespace', async (context) => {
  const output = `${folder.path}/t_exports`
  const outcome = await needingVm(context, () => buildEdits([...IMAGE, ...MODULE], { name: 't_exports', output }))
  expect(outcome).toMatchObject({ kind: 'built' })
  const notes = outcome.kind === 'built' ? outcome.manifest.notes.map(({ subject, text }) => `${subject}: ${text}`) : []
  expect(notes).toContain('nr_processes: newly exported: left out, only the code of this live patch can use it')
  const report = await proveFolders([output], 'losetup /dev/loop0 /init && cat /sys/block/loop0/loop/offset; losetup -d /dev/loop0')
  expect(report.findings).toEqual([])
  expect(probeOutputs(report)).toEqual(['0', 'seven 7, processes 1, sysfs, -9', '0'])
})
