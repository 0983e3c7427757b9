import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { makeBuildPorts } from '../src/bin/ports/build-ports.ts'
import { diffObjects, type SpecialTable, specialTables } from '../src/core/diff/mod.ts'
import { readElf } from '../src/core/elf/mod.ts'
import { findStruct, parseUnitCommands } from '../src/core/kernel/mod.ts'
import { typesOf } from '../src/core/types/mod.ts'
import { chooseCached } from './bench/kernel.ts'
import { type ObjectPair, compilePairs, joinCopies } from './bench/pairs.ts'

/**
 * The object diff alone, from bytes to verdict: many real pairs in one process, then ever larger ones (a unit joined with itself) to see how
 * time and memory grow. Objects are compiled on the first run and kept in the machine's temporary folder.
 * ./dev bench diff [release] [units]
 */

const MB = 2 ** 20
/** Of the longest unit, which compiles to two megabytes. */
const COPIES = [1, 2, 4, 8, 16]
const RUNS = 3

if (process.argv[2] === '--one') {
  // A process of its own, for its peak memory: prints it, and the CPU time of the first diff it makes.
  const [original = '', patched = '', tables = '[]'] = process.argv.slice(3)
  const pair = { name: original, original, patched, sizeBytes: 0 }
  const ms = original === '' ? 0 : cpuMs(pair, JSON.parse(tables) as SpecialTable[])
  process.stdout.write(JSON.stringify({ ms, peakKb: process.resourceUsage().maxRSS }))
} else {
  await measure(process.argv[2], Number(process.argv[3] ?? 120))
}

async function measure(named: string | undefined, count: number): Promise<void> {
  const kernel = await chooseCached(
    named,
    makeBuildPorts(() => {}),
  )
  const { units } = parseUnitCommands(readFileSync(kernel.paths.commands, 'utf8'), kernel.paths.commands)
  const pairs = await compilePairs(kernel, units, count)
  const tables = kernelTables(readFileSync(kernel.paths.vmlinux))
  const cold = pairs.map((pair) => cpuMs(pair, tables))
  const warm = pairs.map((pair) => cpuMs(pair, tables))
  const bytes = pairs.reduce((sum, pair) => sum + 2 * pair.sizeBytes, 0)
  const [least, most] = [pairs[0]?.sizeBytes ?? 0, pairs.at(-1)?.sizeBytes ?? 0]
  print(`${kernel.target.release}: ${pairs.length} pairs of units, objects of ${kb(least)} to ${kb(most)}, ${mb(bytes)} in all\n`)
  print('CPU time per pair, reading included, one process for all (target: median 20 ms, p90 100 ms)')
  print(`  first pass   ${summary(cold, bytes)}`)
  print(`  second pass  ${summary(warm, bytes)}`)
  const slowest = pairs.map((pair, rank) => ({ pair, ms: warm[rank] ?? 0 })).toSorted((a, b) => b.ms - a.ms)
  print(
    `  slowest: ${slowest
      .slice(0, 4)
      .map(({ pair, ms }) => `${pair.name} (${kb(pair.sizeBytes)}) ${ms.toFixed(0)} ms`)
      .join(', ')}\n`,
  )
  growth(pairs, tables)
}

/** Large objects: the longest unit, once and several times. */
function growth(pairs: readonly ObjectPair[], tables: readonly SpecialTable[]): void {
  const longest = pairs.at(-1)
  if (longest === undefined) return
  const large = COPIES.map((count) => joinCopies(longest, count))
  const base = alone().peakKb
  print(`growth with the size of an object, ${longest.name} joined with itself (a pair has two; first: a process of its own)`)
  print('      object     best   per MB    first     peak memory over an empty process, and per byte of the pair')
  const rows = large.map((pair, rank) => {
    const ms = Math.min(...Array.from({ length: RUNS }, () => cpuMs(pair, tables)))
    const { ms: firstMs, peakKb } = alone(pair, tables)
    const extra = (peakKb - base) * 1024
    const size = pair.sizeBytes / MB
    print(
      `  ${size.toFixed(1).padStart(7)} MB ${ms.toFixed(0).padStart(6)} ms ${(ms / size).toFixed(1).padStart(6)} ms ${firstMs.toFixed(0).padStart(6)} ms ${(extra / MB).toFixed(0).padStart(6)} MB  ×${(extra / (2 * pair.sizeBytes)).toFixed(1)}   (${COPIES[rank]} times)`,
    )
    return { size: pair.sizeBytes, ms }
  })
  const [first, last] = [rows[0], rows.at(-1)]
  if (first === undefined || last === undefined || first === last) return
  const measured = last.ms / first.ms
  const allowed = (last.size * Math.log(last.size)) / (first.size * Math.log(first.size))
  const exponent = slope(rows.map(({ size, ms }) => [Math.log(size), Math.log(ms)]))
  print(
    `  time grows as n^${exponent.toFixed(2)}; from the smallest to the largest by ${measured.toFixed(1)}, n log n grows by ${allowed.toFixed(1)}: ${measured <= allowed * 1.1 ? 'no worse than n log n' : 'WORSE than n log n'}`,
  )
}

/** User and system time of the whole process, so that collecting garbage and compiling count too. */
function cpuMs(pair: ObjectPair, tables: readonly SpecialTable[]): number {
  const bytes = { original: new Uint8Array(readFileSync(pair.original)), patched: new Uint8Array(readFileSync(pair.patched)) }
  const before = process.cpuUsage()
  diffObjects({ unit: pair.name, original: readElf(bytes.original, 'original'), patched: readElf(bytes.patched, 'patched'), tables })
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function alone(pair?: ObjectPair, tables: readonly SpecialTable[] = []): { readonly ms: number; readonly peakKb: number } {
  const args = pair === undefined ? [] : [pair.original, pair.patched, JSON.stringify(tables)]
  return JSON.parse(execFileSync(process.execPath, [import.meta.filename, '--one', ...args], { encoding: 'utf8' })) as ReturnType<
    typeof alone
  >
}

function kernelTables(vmlinux: Uint8Array): SpecialTable[] {
  const btf = typesOf(readElf(vmlinux, 'vmlinux'))
  return specialTables((struct) => findStruct(btf, struct)?.size)
}

function summary(times: readonly number[], bytes: number): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
  const total = times.reduce((sum, ms) => sum + ms, 0)
  return `median ${at(0.5)} ms, p90 ${at(0.9)} ms, max ${at(1)} ms, ${(bytes / MB / (total / 1000)).toFixed(0)} MB/s`
}

/** Slope of the line of least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (rank: 0 | 1) => points.reduce((sum, point) => sum + point[rank], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0)
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
}

function mb(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`
}

function kb(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} kB`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
