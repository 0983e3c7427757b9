import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DIFF_FLAGS } from '../../src/app/build/compile-stage.ts'
import type { CachedKernel } from '../../src/app/kernel/mod.ts'
import { findSection, readElf } from '../../src/core/elf/mod.ts'
import { type UnitCommand, isRunning } from '../../src/core/kernel/mod.ts'
import { compileUnits } from '../../src/io/compile.ts'
import { functionsOf, isOrdinary } from '../../test/kit/find-code.ts'
import { joinTypes } from './join-types.ts'

/** An original object and a patched one, as files. */
export interface ObjectPair {
  readonly name: string
  readonly original: string
  readonly patched: string
  /** Of the original. */
  readonly sizeBytes: number
}

/** Objects of other flags are other objects. */
const HOME = join(tmpdir(), 'kmend-bench-diff', hash('sha256', DIFF_FLAGS.join(' ')).slice(0, 12))
/** How many of its longest functions the patched variant of a unit changes. */
const CHANGED_FUNCTIONS = 3
/** Some of the longest units, so that they are always there. */
const LONG_UNITS = [
  'fs/namei.c',
  'kernel/sched/core.c',
  'net/core/skbuff.c',
  'net/ipv4/tcp_input.c',
  'arch/x86/kvm/x86.c',
  'net/core/dev.c',
]

/**
 * Compiles units spread over the whole kernel, and each one's patched variant: its longest functions begin with another statement. They stay in
 * a folder of the machine's temporary files, so that the next run need not compile.
 */
export async function compilePairs(kernel: CachedKernel, units: readonly UnitCommand[], count: number): Promise<ObjectPair[]> {
  const folder = join(HOME, kernel.target.release)
  const chosen = choose(kernel, units, count)
  const pairs = chosen.map((unit) => ({
    unit,
    original: join(folder, 'original', unit.output),
    patched: join(folder, 'patched', unit.output),
  }))
  const missing = pairs.filter(({ original, patched }) => !existsSync(original) || !existsSync(patched))
  if (missing.length > 0) process.stdout.write(`compiling ${missing.length} units twice …\n`)
  const jobs = missing.flatMap(({ unit, original, patched }) => {
    const text = readFileSync(join(kernel.paths.tree, unit.source), 'utf8')
    const source = join(folder, 'source', unit.source)
    mkdirSync(dirname(source), { recursive: true })
    writeFileSync(source, `#line 1 "${unit.source}"\n${change(text)}`)
    return [
      { unit, options: { output: original, extraFlags: DIFF_FLAGS } },
      { unit, options: { output: patched, source, extraFlags: [...DIFF_FLAGS, '-iquote', dirname(unit.source)] } },
    ]
  })
  await compileUnits(kernel.paths.tree, jobs)
  return pairs
    .filter(({ original, patched }) => existsSync(original) && existsSync(patched))
    .map(({ unit, original, patched }) => ({ name: unit.source, original, patched, sizeBytes: statSync(original).size }))
    .toSorted((a, b) => a.sizeBytes - b.sizeBytes)
}

/** The long ones, and others at equal distances in the order of their paths. */
function choose(kernel: CachedKernel, units: readonly UnitCommand[], count: number): UnitCommand[] {
  const fitting = units
    .filter(isRunning)
    .filter(({ source }) => existsSync(join(kernel.paths.tree, source)))
    .toSorted((a, b) => (a.output < b.output ? -1 : 1))
  const long = fitting.filter(({ source }) => LONG_UNITS.includes(source))
  const step = fitting.length / Math.max(1, count - long.length)
  const spread = Array.from({ length: count - long.length }, (_, rank) => fitting[Math.floor(rank * step)]).filter(
    (unit) => unit !== undefined,
  )
  return [...new Set([...long, ...spread])].filter((unit) => {
    return functionsOf(readFileSync(join(kernel.paths.tree, unit.source), 'utf8')).some(isOrdinary)
  })
}

/** No line moves: a line number that differs would be another change. */
function change(text: string): string {
  const places = functionsOf(text)
    .filter(isOrdinary)
    .slice(0, CHANGED_FUNCTIONS)
    .map(({ bodyAt }) => bodyAt)
  return places.toSorted((a, b) => b - a).reduce((left, at) => `${left.slice(0, at)}asm volatile("nop");${left.slice(at)}`, text)
}

/**
 * One object of many units, as the linker joins them: nothing in a kernel compiles to tens of megabytes by itself. When the units do not suffice, they
 * come again under other names.
 */
export function joinPairs(pairs: readonly ObjectPair[], sizeBytes: number): ObjectPair {
  const folder = join(HOME, 'joined')
  mkdirSync(folder, { recursive: true })
  const whole = pairs.reduce((sum, pair) => sum + pair.sizeBytes, 0)
  const counted = pairs.map((_, rank) => pairs.slice(0, rank + 1).reduce((sum, { sizeBytes: size }) => sum + size, 0))
  const rest = counted.findIndex((sum) => sum >= sizeBytes % whole) + 1
  const copies = Math.floor(sizeBytes / whole)
  const make = (side: 'original' | 'patched') => {
    const output = join(folder, `${side}-${sizeBytes}.o`)
    const part = link(
      `${output}.rest`,
      pairs.slice(0, rest).map((pair) => pair[side]),
    )
    const all =
      copies === 0
        ? part
        : link(
            `${output}.all`,
            pairs.map((pair) => pair[side]),
          )
    const renamed = Array.from({ length: copies }, (_, rank) => rename(all, `${output}.${rank}`, prefixOf(rank)))
    link(output, [part, ...renamed])
    for (const file of new Set([part, all, ...renamed])) rmSync(file)
    describeTypes(output, [
      ...pairs.slice(0, rest).map((pair) => ({ object: pair[side], prefix: '' })),
      ...Array.from({ length: copies }, (_, rank) => pairs.map((pair) => ({ object: pair[side], prefix: prefixOf(rank) }))).flat(),
    ])
    return output
  }
  const [original, patched] = [make('original'), make('patched')]
  const name = `${rest} units${copies === 0 ? '' : ` and ${copies} times all`}`
  return { name, original, patched, sizeBytes: statSync(original).size }
}

/** Functions of one name stay in sections of their own, as the compiler puts them. */
function link(output: string, inputs: readonly string[]): string {
  execFileSync('ld', ['-r', '-z', 'muldefs', '--unique=.text.*', '-o', output, ...inputs])
  return output
}

/** The linker lays the units' types behind each other, where nobody reads any but the first. */
function describeTypes(output: string, parts: readonly { readonly object: string; readonly prefix: string }[]): void {
  const sections = parts.flatMap(({ object, prefix }) => {
    const section = findSection(readElf(new Uint8Array(readFileSync(object)), object), '.BTF')?.data
    return section === undefined ? [] : [{ section, prefix }]
  })
  const types = `${output}.types`
  writeFileSync(types, joinTypes(sections))
  execFileSync('objcopy', [`--update-section=.BTF=${types}`, output])
  rmSync(types)
}

function prefixOf(copy: number): string {
  return `copy${copy}_`
}

function rename(input: string, output: string, prefix: string): string {
  execFileSync('objcopy', [`--prefix-symbols=${prefix}`, input, output])
  return output
}
