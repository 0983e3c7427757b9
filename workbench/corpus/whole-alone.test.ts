import { expect, test } from 'vitest'
import type { BuildKernel } from '../../src/app/build/mod.ts'
import { parseIncludeLines } from '../../src/core/source/mod.ts'
import { inWholeAlone } from './whole-alone.ts'

const INCLUDES = `
kernel/sched/build_policy.c:#include "rt.c"
kernel/sched/core.c:#include "sched.h"
kernel/sched/core.c:#include <asm/thing.h>
fs/pipe.c:#include <linux/pipe.h>`
const owners = [{ kind: 'vmlinux' as const }]
const units = ['kernel/sched/build_policy.c', 'kernel/sched/core.c', 'fs/pipe.c'].map((source) => ({
  ...{ source, output: source.replace(/c$/, 'o'), compiler: [], objtool: [], modname: '', owners },
}))
const kernel = {
  commands: { units },
  includes: async () => ({ lines: parseIncludeLines(INCLUDES), files: new Set(['kernel/sched/rt.c', 'kernel/sched/sched.h']) }),
} as unknown as BuildKernel

test('what the kernel compiles in another unit or includes counts where no file and no group has it, and what it knows nothing of does not', async () => {
  const cases = [
    { kind: 'file' as const, files: ['fs/pipe.c'] },
    { kind: 'group' as const, files: ['include/linux/pipe.h', 'fs/pipe.c'] },
    { kind: 'whole' as const, files: ['kernel/sched/rt.c'] },
  ]
  const changes = [
    ['fs/pipe.c', 'vmlinux'],
    ['include/linux/pipe.h'],
    ['kernel/sched/rt.c'],
    ['kernel/sched/sched.h'],
    ['kernel/new.c', 'vmlinux'],
    ['fs/adfs/dir.c'],
    ['arch/arm/include/asm/thing.h'],
    ['Documentation/index.rst'],
  ].map(([path = '', ...objects]) => ({ path, objects }))
  expect(await inWholeAlone(cases, changes, kernel)).toEqual(['kernel/sched/rt.c', 'kernel/sched/sched.h', 'kernel/new.c'])
})
