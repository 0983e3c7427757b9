import { expect, test } from 'vitest'
import type { RefusalCode } from '../../core/diff/mod.ts'
import type { UnitCommand } from '../../core/kernel/mod.ts'
import { type Plan, bondsOf, linkAtoms, takenAtoms } from '../../core/update/mod.ts'
import { editedFile } from '../../../test/kit/edited-file.ts'
import { type BuildKernel, type BuildOutcome, buildPaths } from '../build/mod.ts'
import type { SourceFile } from './difference.ts'
import type { UpdatePorts } from './ports.ts'
import { type ReduceRequest, readPlan, reduce } from './reduce.ts'

const UNIT: UnitCommand = { source: 'fs/a.c', output: 'fs/a.o', compiler: [], objtool: [], modname: 'a', owners: [{ kind: 'vmlinux' }] }
const WHERE = { paths: buildPaths({ output: '/out', name: 'up' }), inputs: 'inputs' }
const BUILT = { kind: 'built' } as BuildOutcome

const refused = (...refusals: readonly (readonly [RefusalCode, string])[]) =>
  ({
    kind: 'unpatchable',
    refusals: refusals.map(([code, subject]) => ({ code, subject, unit: UNIT.source, reason: 'so it is' })),
  }) as unknown as BuildOutcome & { readonly kind: 'unpatchable' }

/** What the compiler says of the body of a function; the first one of the file is `f1`. */
const errorIn = (name: string) => `fs/a.c:${5 * Number(name.slice(1)) - 2}:9: error: ‘gone’ undeclared (first use in this function)\n`

const functionNamed = (name: string) => `int ${name}(void)\n{\n-\treturn 1;\n+\treturn 2;\n}\n`
const names = (count: number) => Array.from({ length: count }, (_, rank) => `f${rank + 1}`)

/** Who answers, by the names that are taken: a compiler, and what speaks against objects. */
interface World {
  readonly compiler?: (taken: readonly string[]) => string | undefined
  readonly judge?: (taken: readonly string[]) => BuildOutcome & { readonly kind: 'unpatchable' }
  readonly assemble: (taken: readonly string[]) => BuildOutcome
}

/** An update of one unit with so many functions, and of a macro that reaches it, on files that are a map. */
function updateOf(functionCount: number, files = new Map<string, string>()) {
  const edited = [
    editedFile('fs/a.c', names(functionCount).map(functionNamed).join('\n')),
    editedFile('fs/a.h', '-#define M 1\n+#define M 2'),
  ]
  const atoms = edited.flatMap((file) => file.atoms)
  const sources = edited.map((file, rank): SourceFile => ({ ...file, kind: 'modified', role: rank === 0 ? 'unit' : 'included', diff: '' }))
  const ports = {
    progress: () => {},
    files: {
      exists: async (path: string) => files.has(path),
      readText: async (path: string) => files.get(path) ?? '',
      write: async (path: string, text: string) => void files.set(path, text),
    },
  } as unknown as UpdatePorts
  const namesIn = (plan: Plan) => takenAtoms(plan).map(({ items: [item] }) => item?.region.name ?? '')
  let current: readonly string[] = []
  const run = ({ compiler, judge, assemble }: World, leftOut: Plan['leftOut'] = new Map()) => {
    const request: ReduceRequest = {
      ...WHERE,
      kernel: { commands: { units: [UNIT] } } as unknown as BuildKernel,
      files: sources,
      units: [UNIT],
      unitsOf: new Map(atoms.map(({ id }) => [id, new Set([UNIT.source])])),
      plan: { atoms: new Map(atoms.map((atom) => [atom.id, atom])), leftOut },
      bonds: bondsOf(atoms, linkAtoms(atoms)),
      patched: {
        reached: (_, among) => [...among],
        compile: async (plan) => {
          current = namesIn(plan)
          const messages = compiler?.(current)
          return messages === undefined ? [] : [{ unit: UNIT, messages }]
        },
        differing: async (_, among) => [...among],
        editsOf: () => undefined,
        textOf: (file) => file.after.lines.join('\n'),
      },
      judge: async (units) => (units.length > 0 ? (judge?.(current).refusals ?? []) : []),
      assemble: async (_, plan) => assemble(namesIn(plan)),
    }
    return reduce(request, ports)
  }
  const codes = ({ atoms: all, leftOut }: Plan) =>
    Object.fromEntries([...leftOut].map(([id, { code }]) => [all.get(id)?.items[0]?.region.name, code]))
  return { run, codes, namesIn, ports, files }
}

test('what does not compile is left out, then what is refused, by its weightiest reason, and the rest is built', async () => {
  const { run, codes, namesIn } = updateOf(3)
  const { plan, outcome, rounds } = await run({
    compiler: (taken) => (taken.includes('f1') ? errorIn('f1') : undefined),
    assemble: (taken) => (taken.includes('f2') ? refused(['thread-loop', 'f2'], ['data-changed', 'f2']) : BUILT),
  })
  expect(codes(plan)).toEqual({ f1: 'does-not-compile', f2: 'data-changed' })
  expect([outcome.kind, rounds, namesIn(plan)]).toEqual(['built', 2, ['f3', 'M']])
  expect([...plan.leftOut.values()][0]?.reason).toBe(
    'fs/a.c does not compile without what is left out: ‘gone’ undeclared (first use in this function)',
  )
})

test('what units cannot bear by themselves goes before anything is put together', async () => {
  const { run, codes } = updateOf(3)
  const assembled: (readonly string[])[] = []
  const { plan } = await run({
    judge: (taken) => (taken.includes('f2') ? refused(['data-changed', 'f2']) : refused()),
    assemble: (taken) => {
      assembled.push(taken)
      return BUILT
    },
  })
  expect([codes(plan), assembled]).toEqual([{ f2: 'data-changed' }, [['f1', 'f3', 'M']]])
})

test('from the eighth round on the whole file of a refused unit goes, and no other file yet', async () => {
  const { run, namesIn } = updateOf(12)
  const seen: number[] = []
  const { plan, rounds } = await run({
    assemble: (taken) => {
      seen.push(taken.length)
      return taken[0] === 'M' ? BUILT : refused(['not-traceable', taken[0] ?? ''])
    },
  })
  expect([seen, rounds, namesIn(plan)]).toEqual([[13, 12, 11, 10, 9, 8, 7, 6, 1], 9, ['M']])
})

test('after six attempts at single edits the whole file of a unit that does not compile goes, and where that has nothing left, what else reaches it', async () => {
  const { run, namesIn } = updateOf(12)
  const seen: number[] = []
  const compiler = (taken: readonly string[]) => {
    seen.push(taken.length)
    return taken.length === 0 ? undefined : taken[0] === 'M' ? 'gcc: internal compiler error\n' : errorIn(taken[0] ?? '')
  }
  const { plan } = await run({ compiler, assemble: () => BUILT })
  expect([seen.slice(0, 9), namesIn(plan)]).toEqual([[13, 12, 11, 10, 9, 8, 7, 1, 0], []])
})

test('a run that was interrupted goes on with what it had left out, unless its inputs are other ones', async () => {
  const { run, codes, ports } = updateOf(3)
  let complaints = 0
  const compiler = (taken: readonly string[]) => (taken.includes('f1') ? (complaints++, errorIn('f1')) : undefined)
  const cut = () => {
    throw new Error('power cut')
  }
  await expect(run({ compiler, assemble: cut })).rejects.toThrow('power cut')
  const kept = await readPlan(WHERE, ports)
  const { plan } = await run({ compiler, assemble: () => BUILT }, kept)
  expect([codes(plan), complaints]).toEqual([{ f1: 'does-not-compile' }, 1])
  expect(await readPlan({ ...WHERE, inputs: 'of another source' }, ports)).toEqual(new Map())
})

test('a refusal that leads to no edit ends it', async () => {
  const { run } = updateOf(1)
  const nowhere = refused(['not-traceable', 'f1'])
  const assemble = () => ({ ...nowhere, refusals: nowhere.refusals.map((refusal) => ({ ...refusal, unit: 'fs/other.c' })) })
  expect(await run({ assemble })).toMatchObject({ outcome: { kind: 'unpatchable' }, rounds: 1 })
})
