import { expect, test } from 'vitest'
import { makeObject } from '../../../test/kit/object-specimen.ts'
import { writeObject } from '../../core/elf/mod.ts'
import type { BroughtFunction } from '../../core/klp/mod.ts'
import type { DiffedUnit } from './diff-stage.ts'
import { findCarriers, withoutCarriers } from './carriers.ts'
import type { BuildPorts } from './ports.ts'

const REPORTS: Readonly<Record<string, string>> = {
  'p/a.o.inlining':
    'x.h:4:49: optimized:   Inlining helper/1 into middle/2.\na.c:7:36: optimized:  Inlined middle/3 into outer/5 which now has …\n',
  'p/b.o.inlining': '',
  't/a.c': `
static int once(int a) { return a; }
static int kept(int a) { return a; }
static int between(int a) { return once(a) + kept(a); }
int outer(int a) { return between(a); }
int other(int a) { return a; /* once(a) */ }
`,
}

const SYMBOLS: Readonly<Record<string, readonly string[]>> = {
  'p/a.o': ['outer.isra.0', 'outer.isra.0.cold', 'other', 'kept'],
  'p/b.o': ['helper', '__do_sys_dup2', '__x64_sys_dup2'],
}

function objectAt(path: string): Uint8Array {
  return writeObject(makeObject((SYMBOLS[path] ?? []).map((name) => ({ name, kind: 'function', bytes: [0xc3] }))))
}

const ports = {
  files: {
    exists: async (path: string) => path in REPORTS,
    readText: async (path: string) => REPORTS[path] ?? '',
    readBytes: async (path: string) => objectAt(path),
  },
} as unknown as BuildPorts

function unitOf(name: string, functions: readonly string[]): DiffedUnit {
  const carried = functions.map((symbol) => ({ kind: 'function', name: symbol }))
  return { unit: { source: `${name}.c`, output: `${name}.o` }, diff: { inclusion: { carried } } } as unknown as DiffedUnit
}

const UNITS = [unitOf('a', ['outer.isra.0', 'outer.isra.0.cold', 'other']), unitOf('b', ['helper', '__do_sys_dup2', '__x64_sys_dup2'])]

const SIDE = { tree: 't', objects: 'p' }

async function carriersOf(file: string, name: string, stem = name): Promise<string[]> {
  const [change] = await findCarriers([{ file, function: { name, stem }, from: 1, to: 1 }], UNITS, SIDE, ports)
  return (change?.carriedBy ?? []).map((carrier) => `${carrier.unit}:${carrier.function}`)
}

test('a helper of a header is carried by what it was inlined into, in turn, and by its own copies', async () => {
  expect(await carriersOf('x.h', 'helper')).toEqual(['a.c:outer.isra.0', 'b.c:helper'])
})

test('a function of a C file is not its namesake in another', async () => {
  expect(await carriersOf('a.c', 'helper')).toEqual(['a.c:outer.isra.0'])
})

test('a function that the object does not name is carried by those that call it in the text, in turn', async () => {
  expect(await carriersOf('a.c', 'once')).toEqual(['a.c:outer.isra.0'])
  expect(await carriersOf('a.c', 'kept')).toEqual([])
})

test('a system call is carried by all that its macro makes', async () => {
  expect(await carriersOf('b.c', 'SYSCALL_DEFINE2(dup2)', 'dup2')).toEqual(['b.c:__do_sys_dup2', 'b.c:__x64_sys_dup2'])
})

test('what stands outside functions is told by its lines', async () => {
  expect(await findCarriers([{ file: 'x.h', function: undefined, from: 3, to: 4 }], UNITS, SIDE, ports)).toEqual([
    { file: 'x.h', function: null, lines: { from: 3, to: 4 }, carriedBy: [] },
  ])
})

test('a function whose own copy nothing leads to counts as called where it is inlined into what is', async () => {
  const brought = (unit: string, name: string) => ({ unit, item: { name } }) as BroughtFunction
  const idle = async (...functions: readonly BroughtFunction[]) =>
    (await withoutCarriers(functions, UNITS, SIDE, ports)).map(({ item }) => item.name)
  expect(await idle(brought('a.c', 'middle'), brought('b.c', 'helper'))).toEqual(['helper'])
  expect(await idle(brought('a.c', 'middle'), brought('a.c', 'outer.isra.0'))).toEqual(['middle', 'outer.isra.0'])
})
