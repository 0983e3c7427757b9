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
 * One object of a unit so many times, each time under other names, as the linker joins them: nothing in a kernel compiles to tens of megabytes by itself, and
 * of each size the share of code, data and types is the same.
 */
export function joinCopies({ original, patched, ...pair }: ObjectPair, count: number): ObjectPair {
  const folder = join(HOME, 'joined')
  mkdirSync(folder, { recursive: true })
  const make = (side: 'original' | 'patched', input: string) => {
    const output = join(folder, `${side}-${count}.o`)
    const copies = Array.from({ length: count }, (_, rank) => rename(input, `${output}.${rank}`, prefixOf(rank)))
    // Functions of one name stay in sections of their own, as the compiler puts them.
    execFileSync('ld', ['-r', '--unique=.text.*', '-o', output, ...copies])
    for (const file of copies) rmSync(file)
    describeTypes(output, input, count)
    return output
  }
  const [joined, joinedPatched] = [make('original', original), make('patched', patched)]
  return { ...pair, original: joined, patched: joinedPatched, sizeBytes: statSync(joined).size }
}

/** The linker lays the copies' types behind each other, where nobody reads any but the first. */
function describeTypes(output: string, input: string, count: number): void {
  const section = findSection(readElf(new Uint8Array(readFileSync(input)), input), '.BTF')?.data
  if (section === undefined) return
  const types = `${output}.types`
  writeFileSync(types, joinTypes(Array.from({ length: count }, (_, rank) => ({ section, prefix: prefixOf(rank) }))))
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
