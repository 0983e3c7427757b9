import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BuildOutcome } from '../../src/app/build/mod.ts'
import { buildPatch, outputFolder, probeOutputs, proveFolders } from '../kit/build-and-prove.ts'
import { type Edit, patchOf } from '../kit/edit-source.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { readProjectFile } from '../rules/project.ts'

/** What a patch's author adds to its functions, as the guide shows it: callbacks, shadow variables, states, data with a new value. */

const folder = outputFolder()
afterAll(folder.dispose)

const [PIPE = '', SHADOW = '', LOOP = ''] = [...readProjectFile('docs/guide/data-and-types.md').matchAll(/^```diff\n(.*?)^```/gms)].map(
  ([, diff = '']) => diff,
)

const SET_DATA = ['pipe_max_size', 'drivers/block/loop.c:hw_queue_depth']
const V1 = `${folder.path}/v1`
let first: BuildOutcome

beforeAll(async () => {
  first = await buildPatch([PIPE, SHADOW, LOOP].join(''), { name: 't_author', output: V1, setData: SET_DATA })
})

const READS = 'cut -c1-10 /proc/version'
const VALUES = 'cat /proc/sys/fs/pipe-max-size /sys/module/loop/parameters/hw_queue_depth'

test('the examples of the guide build, and the manifest says what they add', () => {
  if (first.kind !== 'built') throw new Error(JSON.stringify(first))
  const { objects, callbacks, data, states } = first.manifest
  const functions = objects.map((object) => [object.name, object.functions.map(({ name }) => name)] as const)
  expect(Object.fromEntries(functions)).toEqual({ loop: [], vmlinux: ['version_proc_show'] })
  expect(callbacks.map(({ object, when, function: name }) => [object, when, name])).toEqual([
    ['vmlinux', 'pre_patch', 'before'],
    ['vmlinux', 'post_unpatch', 'after'],
  ])
  expect(data.map(({ object, name, before, after }) => `${object} ${name} ${before} ${after}`).toSorted()).toEqual([
    'loop hw_queue_depth 80000000 40000000',
    'vmlinux pipe_max_size 00001000 00002000',
  ])
  expect(states).toEqual([{ id: '23', version: 1 }])
})

test('callbacks run, shadow variables count, and data has its new value until it is set back; a later version in the style of kpatch takes over', async () => {
  const { paths } = await realKernel()
  const patch = `${PIPE}${LOOP}${patchOf(paths.tree, [SPECIMEN_HEAD, SPECIMEN_BODY, SPECIMEN_CALLBACKS])}`
  const second = await buildPatch(patch, { name: 't_author2', output: `${folder.path}/v2`, setData: SET_DATA })
  expect(second).toMatchObject({ kind: 'built', manifest: { states: [{ id: '23', version: 2 }] } })

  const report = await proveFolders([V1, `${folder.path}/v2`], `${READS}; ${READS}; ${VALUES}; dmesg | sed -n 's/.*told: //p'`)
  expect(report.findings).toEqual([])
  expect(probeOutputs(report).map((text) => text.split('\n'))).toEqual([
    ['Linux vers', 'Linux vers', '1048576', '128'],
    ['read 1 of ', 'read 2 of ', '2097152', '64'],
    // The shadow variable and the values are those that the first version left.
    ['read 3 of ', 'read 4 of ', '2097152', '64', 'pre-patch after version 1', 'post-patch'],
    ['Linux vers', 'Linux vers', '1048576', '128', 'pre-patch after version 1', 'post-patch', 'pre-unpatch', 'post-unpatch'],
  ])
})

test('a callback that refuses is quoted, and nothing is left behind', async () => {
  await expect(proveFolders([V1], '[ "$1" = before ] && hostname busy')).rejects.toMatchObject({
    code: 'prove/refused',
    message: expect.stringContaining('reads are not counted on a busy machine') as string,
  })
})

test('data that was changed at run time is not overwritten: the live patch refuses, and says why', async () => {
  await expect(proveFolders([V1], 'echo 65536 >/proc/sys/fs/pipe-max-size')).rejects.toMatchObject({
    code: 'prove/refused',
    message: expect.stringContaining('pipe_max_size has neither its initial value nor the new one') as string,
  })
})

/** A patch as authors write it for kpatch. */
const VERSION_C = 'fs/proc/version.c'
const SPECIMEN_HEAD: Edit = {
  path: VERSION_C,
  find: '#include "internal.h"\n',
  replace: `#include "internal.h"
#include <linux/slab.h>
#include <linux/livepatch.h>
#include "kpatch-macros.h"
#include <kmend/livepatch.h>

#define READS_ID 0x17
KMEND_STATE(0x17, 2);
`,
}
const SPECIMEN_BODY: Edit = {
  path: VERSION_C,
  find: '\tseq_printf(m, linux_proc_banner,',
  replace: `	atomic_long_t *count = klp_shadow_get(file_inode(m->file), READS_ID);

	if (count)
		seq_printf(m, "read %ld of ", atomic_long_inc_return(count));
	seq_printf(m, linux_proc_banner,`,
}
const SPECIMEN_CALLBACKS: Edit = {
  path: VERSION_C,
  find: 'static int __init proc_version_init(void)\n',
  replace: `static int reads_pre_patch(patch_object *obj)
{
	struct klp_state *before = klp_get_prev_state(READS_ID);

	pr_info("told: pre-patch after version %u\\n", before ? before->version : 0);
	return 0;
}
static void reads_post_patch(patch_object *obj)
{
	pr_info("told: post-patch\\n");
}
static void reads_pre_unpatch(patch_object *obj)
{
	pr_info("told: pre-unpatch\\n");
}
static void reads_post_unpatch(patch_object *obj)
{
	klp_shadow_free_all(READS_ID, NULL);
	pr_info("told: post-unpatch\\n");
}
KPATCH_PRE_PATCH_CALLBACK(reads_pre_patch);
KPATCH_POST_PATCH_CALLBACK(reads_post_patch);
KPATCH_PRE_UNPATCH_CALLBACK(reads_pre_unpatch);
KPATCH_POST_UNPATCH_CALLBACK(reads_post_unpatch);
KPATCH_IGNORE_SECTION(".meminit.text");

static int __init proc_version_init(void)
`,
}
