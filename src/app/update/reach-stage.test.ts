import { describe, expect, test } from 'vitest'
import { readCFile } from '../../core/c/mod.ts'
import { parseUnifiedDiff } from '../../core/source/mod.ts'
import { atomsOf, editsOf } from '../../core/update/mod.ts'
import type { BuildKernel } from '../build/mod.ts'
import type { SourceFile } from './difference.ts'
import type { UpdatePorts } from './ports.ts'
import { findReach, unitsOfSources } from './reach-stage.ts'

const HEADER = 'include/linux/tty.h'
const TREE: Readonly<Record<string, string>> = {
  [HEADER]: 'extern struct class *tty_class;\n',
  'arch/x86/include/asm/console.h': 'static inline void *console_class(void)\n{\n\treturn tty_class;\n}\n',
  'drivers/tty/pty.c': 'static int setup(void)\n{\n\treturn use(tty_class);\n}\n',
  'drivers/tty/console.c': 'int show(void)\n{\n\treturn use(console_class());\n}\n',
  'kernel/exit.c': 'static int setup(void)\n{\n\treturn 0;\n}\n',
}
const UNITS = Object.keys(TREE).filter((path) => path.endsWith('.c'))
const kernel = { paths: { tree: '' } } as BuildKernel
const includesOf = (tree: Readonly<Record<string, string>>) => ({
  sources: new Set(Object.keys(tree).filter((path) => path.endsWith('.c'))),
  includersOf: (path: string) => new Set(path.endsWith('.h') ? Object.keys(tree).filter((other) => other !== path) : []),
})
const portsOf = (tree: Readonly<Record<string, string>>) =>
  ({
    files: { exists: async () => true, readText: async (path: string) => tree[path.slice(1)] ?? '' },
    progress: () => {},
  }) as unknown as UpdatePorts
const [includes, ports] = [includesOf(TREE), portsOf(TREE)]

test('an edit of a header reaches the units that its names lead to, through headers of every folder', async () => {
  const { unitsOf } = await findReach([edited(HEADER, 'extern struct class tty_class;\n', 'included')], includes, kernel, ports)
  expect([...(unitsOf.get(`${HEADER}#1`) ?? [])]).toEqual(['drivers/tty/pty.c', 'drivers/tty/console.c'])
})

test.for<readonly [string, string, string]>([
  ['sizes a struct', '#define TTY_SLOTS 4\n', 'struct tty_table {\n\tint used;\n\tlong slots[TTY_SLOTS];\n};\n'],
  ['counts in an enum', '#define TTY_SLOTS 4\n', 'enum {\n\tTTY_FIRST = TTY_SLOTS,\n\ttty_table,\n};\n'],
  ['fills a table', '#define TTY_SLOTS 4\n', 'static const int tty_table[] = { TTY_SLOTS, 1 };\n'],
  ['makes a function of one name', '#define DEFINE_TTY(n) static inline int n(void) { return 4; }\n', 'DEFINE_TTY(tty_table);\n'],
  ['makes functions of other names', '#define TTY_TABLE(n) static inline int tty_##n(void) { return 4; }\n', 'TTY_TABLE(table);\n'],
])('a macro that %s in another header reaches the units that go by that', async ([, macro, other]) => {
  const tree: Record<string, string> = {
    'include/linux/slots.h': macro,
    'include/linux/table.h': other,
    'drivers/tty/pty.c': 'int last(void)\n{\n\treturn use(tty_table);\n}\n',
  }
  const { unitsOf } = await findReach(
    [edited('include/linux/slots.h', macro.replace('4', '5'), 'included', tree)],
    includesOf(tree),
    kernel,
    portsOf(tree),
  )
  expect([...(unitsOf.get('include/linux/slots.h#1') ?? [])]).toEqual(['drivers/tty/pty.c'])
})

test.for([
  'TRACE_EVENT(tty_write,\n\tTP_fast_assign(\n\t\t__entry->n = 4;\n\t)\n);\n',
  'TRACE_EVENT(tty_write,\n\tTP_fast_assign(\n\t\tif (n) {\n\t\t\t__entry->n = 4;\n\t\t}\n\t)\n);\n',
  'DECLARE_EVENT_CLASS(tty_class,\n\tTP_fast_assign(\n\t\t__entry->n = 4;\n\t)\n);\n',
  'TTY_OP(run4)\n',
])('an edit of what a macro makes in a header reaches all units that include it: %s', async (text) => {
  const header = 'include/trace/events/tty.h'
  const tree = { [header]: text, 'drivers/tty/pty.c': '#define CREATE_TRACE_POINTS\n#include <trace/events/tty.h>\n' }
  const { unitsOf } = await findReach([edited(header, text.replace('4', '5'), 'included', tree)], includesOf(tree), kernel, portsOf(tree))
  expect([...(unitsOf.get(`${header}#1`) ?? [])]).toEqual(['drivers/tty/pty.c'])
})

test('an edit of a C file reaches all units that it is part of, whatever their own text says', async () => {
  const tree = {
    'fs/elf.c': 'static int limit(void)\n{\n\treturn 4;\n}\n',
    'fs/compat_elf.c': '#include "elf.c"\n',
    'fs/open.c': 'int limit;\n',
  }
  const included = {
    sources: new Set(Object.keys(tree)),
    includersOf: (path: string) => new Set(path === 'fs/elf.c' ? ['fs/compat_elf.c'] : []),
  }
  const file = edited('fs/elf.c', tree['fs/elf.c'].replace('4', '5'), 'unit', tree)
  const { unitsOf } = await findReach([file], included, kernel, portsOf(tree))
  expect([...(unitsOf.get('fs/elf.c#1') ?? [])]).toEqual(['fs/elf.c', 'fs/compat_elf.c'])
})

describe('an edit of a header that too many units see is left out before anything is compiled', () => {
  const header = 'include/linux/slots.h'
  const among = async (unitCount: number, before: string, after: string) => {
    const names = Array.from({ length: unitCount }, (_, rank) => `drivers/tty/unit${rank}.c`)
    const tree = { [header]: before, ...Object.fromEntries(names.map((name) => [name, 'int f(void)\n{\n\treturn TTY_SLOTS;\n}\n'])) }
    const { blames, unitsOf } = await findReach([edited(header, after, 'included', tree)], includesOf(tree), kernel, portsOf(tree))
    return { left: blames.map(({ atom, why }) => [atom, why.code, why.reason]), reached: unitsOf.get(`${header}#1`)?.size }
  }

  test('where members of a type move, past forty: those that exist have the old layout', async () => {
    const [before, after] = ['struct slots {\n\tint used;\n};\n', 'struct slots {\n\tlong room;\n\tint used;\n};\n']
    expect(await among(40, before, after)).toEqual({ left: [], reached: 40 })
    const reason = 'members of a type that 41 units can see come, go or move: objects that exist have the old layout'
    expect(await among(41, before, after)).toEqual({ left: [[`${header}#1`, 'layout-changed', reason]], reached: 0 })
  })

  test('where their code may hold it, past a hundred and fifty', async () => {
    const [before, after] = ['#define TTY_SLOTS 4\n', '#define TTY_SLOTS 5\n']
    expect(await among(150, before, after)).toEqual({ left: [], reached: 150 })
    const reason = 'code of 151 units may hold it, more than the 150 that a live patch should replace for one edit of a header'
    expect(await among(151, before, after)).toEqual({ left: [[`${header}#1`, 'far-reaching', reason]], reached: 151 })
  })
})

test('a unit that the update changes, too, leads to no other unit that has a function of one name with its own', async () => {
  const files = [
    edited(HEADER, 'extern struct class tty_class;\n', 'included'),
    edited('drivers/tty/pty.c', 'static int setup(void)\n{\n\treturn use(&tty_class);\n}\n', 'unit'),
  ]
  const { unitsOf } = await findReach(files, includes, kernel, ports)
  expect([...(unitsOf.get(`${HEADER}#1`) ?? [])]).not.toContain('kernel/exit.c')
  expect([...(unitsOf.get('drivers/tty/pty.c#1') ?? [])]).toEqual(['drivers/tty/pty.c'])
})

test('units stand in one order, whichever way their sources were found: an update that was interrupted comes to the same module', () => {
  const owners = [{ kind: 'vmlinux' as const }]
  const units = UNITS.map((source) => ({ source, output: source.replace(/c$/, 'o'), compiler: [], objtool: [], modname: '', owners }))
  const whole = { commands: { units } } as unknown as BuildKernel
  const names = (sources: readonly string[]) => unitsOfSources(whole, sources).map(({ source }) => source)
  expect(names(UNITS.toReversed())).toEqual(names(UNITS))
  expect(names(UNITS)).toHaveLength(UNITS.length)
})

function edited(path: string, text: string, role: 'unit' | 'included', tree = TREE): SourceFile {
  const [before, after] = [readCFile(tree[path] ?? ''), readCFile(text)]
  const lines = (sign: string, of: string) => of.replaceAll(/^(?=.)/gm, sign)
  const count = (of: string) => of.split('\n').length - 1
  const old = tree[path] ?? ''
  const diff = `--- a/${path}\n+++ b/${path}\n@@ -1,${count(old)} +1,${count(text)} @@\n${lines('-', old)}${lines('+', text)}`
  const hunks = parseUnifiedDiff(diff, path).files[0]?.hunks ?? []
  return { path, kind: 'modified', role, before, after, atoms: atomsOf(path, before, after, editsOf(hunks)), diff }
}
