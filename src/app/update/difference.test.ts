import { expect, test } from 'vitest'
import type { UnitCommand } from '../../core/kernel/mod.ts'
import type { BuildKernel } from '../build/mod.ts'
import { type UpdateFile, readDifference } from './difference.ts'
import type { IncludeReach } from './include-reach.ts'
import type { UpdatePorts } from './ports.ts'

const [OLD, NEW] = ['int f(void)\n{\n\treturn 1;\n}\n', 'int f(void)\n{\n\treturn 2;\n}\n']

/** Each file as the older source has it, the newer one, and the running kernel's where that is not the older one. */
type Texts = readonly [older: string | undefined, newer: string | undefined, own?: string]

const unitOf = (source: string, kind: 'vmlinux' | 'other' = 'vmlinux') => ({ source, owners: [{ kind }] }) as unknown as UnitCommand
const UNITS = [unitOf('fs/a.c'), unitOf('fs/gone.c'), unitOf('fs/other.c'), unitOf('arch/x86/entry/vdso/vclock.c', 'other')]
const kernel = { paths: { tree: '/own' }, commands: { units: UNITS } } as unknown as BuildKernel
const reach: IncludeReach = {
  sources: new Set(['fs/a.c']),
  includersOf: (path) => new Set(path === 'include/linux/a.h' ? ['fs/a.c'] : []),
}

async function differenceOf(path: string, [older, newer, own = older]: Texts): Promise<UpdateFile | undefined> {
  const files = new Map(Object.entries({ '/from': older, '/to': newer, '/own': own }).map(([root, text]) => [`${root}/${path}`, text]))
  const ports = {
    progress: () => {},
    files: { exists: async (file: string) => files.get(file) !== undefined, readText: async (file: string) => files.get(file) },
    digestTree: async (root: string) =>
      new Map([...files].filter(([file, text]) => file.startsWith(root) && text !== undefined).map(([, text]) => [path, text])),
    diffFiles: async () => `--- a/${path}\n+++ b/${path}\n@@ -3 +3 @@\n-\treturn 1;\n+\treturn 2;\n`,
  } as unknown as UpdatePorts
  const tree = (root: string) => ({ path: root, version: undefined, stable: undefined, shown: root, changelog: undefined })
  const [file] = await readDifference({ from: tree('/from'), to: tree('/to'), kernel, reach }, ports)
  return file
}

test.each<[string, Texts, string, string]>([
  ['Documentation/a.rst', [OLD, NEW], 'no-code', 'no code of the kernel'],
  ['arch/arm64/kernel/a.c', [OLD, NEW], 'not-compiled', 'code for another machine (arm64)'],
  [
    'arch/x86/entry/vdso/vclock.c',
    [OLD, NEW],
    'needs-reboot',
    'it is part of the vDSO, of boot or real-mode code: not of the running kernel',
  ],
  ['fs/new.c', [undefined, NEW], 'needs-reboot', 'a new C file: no unit of the running kernel is made from it'],
  ['drivers/none/new.c', [undefined, NEW], 'not-compiled', 'this kernel compiles nothing in its folder'],
  ['fs/gone.c', [OLD, undefined], 'needs-reboot', 'a C file that is no more: running code cannot be taken away'],
  ['fs/unused.c', [OLD, NEW], 'not-compiled', 'this kernel does not compile it'],
  ['fs/unused.h', [OLD, NEW], 'not-compiled', 'no unit of this kernel includes it'],
  ['fs/Makefile', [OLD, NEW], 'needs-reboot', 'a makefile: what the running kernel is made of is decided'],
  ['fs/other.c', [OLD, NEW, NEW], 'needs-reboot', "the running kernel's source has another text here than the source that is updated from"],
  [
    'include/linux/new.h',
    [undefined, NEW, OLD],
    'needs-reboot',
    "the running kernel's source has another text here than the source that is updated from",
  ],
])('nothing of %s is taken, and why', async (path, texts, standing, reason) => {
  expect(await differenceOf(path, texts)).toMatchObject({ path, role: 'none', standing, reason })
})

test.each<[string, Texts, string]>([
  ['fs/a.c', [OLD, NEW], 'unit'],
  ['include/linux/a.h', [OLD, NEW], 'included'],
  ['include/linux/new.h', [undefined, NEW], 'included'],
])('%s is taken apart', async (path, texts, role) => {
  expect(await differenceOf(path, texts)).toMatchObject({ path, role, atoms: [{ file: path, isCode: true }] })
})
