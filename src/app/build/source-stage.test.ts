import { expect, test } from 'vitest'
import { EXIT } from '../../core/base/mod.ts'
import type { UnitCommand } from '../../core/kernel/mod.ts'
import { parseIncludeLines } from '../../core/source/mod.ts'
import type { BuildPorts } from './ports.ts'
import type { BuildRequest } from './request.ts'
import { sourceStage } from './source-stage.ts'

const unit: UnitCommand = {
  source: 'fs/pipe.c',
  output: 'fs/pipe.o',
  compiler: ['gcc', '-pg'],
  objtool: [],
  modname: 'pipe',
  owners: [{ kind: 'vmlinux' }],
}
const ports = {
  files: { exists: () => Promise.resolve(true), readText: () => Promise.resolve('one\ntwo\n') },
  progress: () => {},
} as unknown as BuildPorts

function stage(paths: readonly string[], includes = '', units: readonly UnitCommand[] = [unit], progress = ports.progress) {
  const text = paths.map((path) => `--- a/${path}\n+++ b/${path}\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n`).join('')
  const kernel = {
    tree: '/tree',
    commands: { units },
    includes: () => Promise.resolve({ lines: parseIncludeLines(includes), files: new Set(paths) }),
    sourceIncludes: () => Promise.resolve(parseIncludeLines(includes)),
  }
  const request = { patches: [{ file: 'fix.patch', text }], release: '6.1.0-1-amd64', fuzz: 0 } as unknown as BuildRequest
  return sourceStage(request, kernel, { ...ports, progress })
}

test('a C file that the kernel does not compile is told as left out, whatever else the patch changes', async () => {
  const { units, notes } = await stage(['fs/pipe.c', 'fs/adfs/dir.c'])
  expect(units).toEqual([unit])
  expect(notes.map(({ unit: file, text }) => `${file}: ${text}`)).toEqual(['fs/adfs/dir.c: this kernel does not compile it: left out'])
})

test('a C file that a unit includes is part of that unit', async () => {
  const { units, notes } = await stage(['fs/part.c'], 'fs/pipe.c:#include "part.c"\n')
  expect(units).toEqual([unit])
  expect(notes).toEqual([])
})

test('a unit that another unit includes is part of both', async () => {
  const compat = { ...unit, source: 'fs/compat_pipe.c', output: 'fs/compat_pipe.o' }
  const { units, headers, notes } = await stage(['fs/pipe.c'], 'fs/compat_pipe.c:#include "pipe.c"\n', [unit, compat])
  expect(units).toEqual([compat, unit])
  expect(headers).toEqual(['fs/pipe.c'])
  expect(notes).toEqual([])
})

test('a file that the kernel compiles without tracing is told before any compilation: what changes there can hardly be carried', async () => {
  const untraced = { ...unit, source: 'fs/early.c', output: 'fs/early.o', compiler: ['gcc'] }
  const told: string[] = []
  await stage(['fs/pipe.c', 'fs/early.c'], '', [unit, untraced], (message) => void told.push(message))
  expect(told).toEqual(['source: the kernel compiles fs/early.c without tracing: functions that change there cannot be redirected'])
})

test('all files that no live patch can change are refused at once, each with its reason; what the kernel holds besides the boot code is none of them', async () => {
  const stub: UnitCommand = { ...unit, source: 'drivers/firmware/efi/libstub/gop.c', owners: [{ kind: 'other' }] }
  const shared: UnitCommand = { ...unit, source: 'lib/ctype.c', owners: [{ kind: 'other' }, { kind: 'vmlinux' }] }
  const refused = stage(['arch/x86/lib/memcpy.S', 'fs/pipe.c', stub.source, shared.source], '', [unit, stub, shared])
  await expect(refused).rejects.toMatchObject({
    code: 'source/unsupported',
    exit: EXIT.unpatchable,
    message: [
      "Cannot make a live patch of 2 of the patch's files:",
      '  - arch/x86/lib/memcpy.S is assembly: it has no traceable functions',
      `  - ${stub.source} is not part of the running kernel or a module (vDSO, boot or real-mode code)`,
    ].join('\n'),
  })
})

test('a function that expects what only the new code makes has a note, whatever comes of the objects', async () => {
  const text = `--- a/fs/pipe.c
+++ b/fs/pipe.c
@@ -1,3 +1,6 @@
+static int pipe_limit;
+
 static void pipe_open(struct pipe *pipe)
 {
+\tpipe_limit = pipe->size;
 }
@@ -5,3 +8,4 @@ static void pipe_open(struct pipe *pipe)
 static void pipe_write(struct pipe *pipe)
 {
+\tuse(pipe_limit);
 }
`
  const old = `static void pipe_open(struct pipe *pipe)\n{\n}\n\nstatic void pipe_write(struct pipe *pipe)\n{\n}\n`
  const kernel = {
    tree: '/tree',
    commands: { units: [unit] },
    includes: () => Promise.reject(new Error('not needed')),
    sourceIncludes: () => Promise.resolve(parseIncludeLines('fs/other.c:#include "part.c"')),
  }
  const request = { patches: [{ file: 'fix.patch', text }], release: '6.1.0-1-amd64', fuzz: 0 } as unknown as BuildRequest
  const files = { ...ports.files, readText: () => Promise.resolve(old) }
  expect((await sourceStage(request, kernel, { ...ports, files })).notes).toEqual([
    {
      unit: 'fs/pipe.c',
      subject: 'pipe_write',
      text: 'newly reads pipe_limit, which the fix brings and only pipe_open sets: for what exists that has run already (read off the text: a guess)',
    },
  ])
})
