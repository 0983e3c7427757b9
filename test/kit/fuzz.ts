import { expect } from 'vitest'
import { Fault } from '../../src/core/base/mod.ts'
import { damage } from './damage.ts'
import { damageJson } from './damage-json.ts'

/** How often `./dev check` damages each specimen; `./dev fuzz` goes by time or by number instead. */
const RUNS = 2000
/** Longer than any reader takes for a small file, by far: beyond it, the damage made it hang. */
const LIMIT_MS = 2000
/** More than any reader holds for a small file, by far: beyond it, the damage made it ask for memory. */
const LIMIT_KB = 256 * 1024

/** One damaged input, always the same for the same seed and run. */
type Damage<T> = (chance: { readonly seed: number; readonly run: number }) => T

/**
 * Hands damaged copies of a real input to its reader: a Fault may come out, or a value, within bounded time and memory. Every run is made from seed and
 * number alone, so that a failure can be repeated: `./dev fuzz --seed …`.
 */
export function fuzz(specimen: Uint8Array, read: (bytes: Uint8Array) => unknown): void {
  fuzzWith((chance) => damage(specimen, chance), read)
}

/** The same for what JSON holds: its values are damaged, so that what is behind the parser is reached. */
export function fuzzJson(specimen: unknown, read: (value: unknown) => unknown): void {
  fuzzWith((chance) => damageJson(specimen, chance), read)
}

/** Text in JSON, both ways: its values, and its bytes. */
export function fuzzText(text: string, read: (text: string) => unknown): void {
  fuzzJson(JSON.parse(text), (value) => read(JSON.stringify(value)))
  fuzz(new TextEncoder().encode(text), (bytes) => read(new TextDecoder().decode(bytes)))
}

function fuzzWith<T>(damaged: Damage<T>, read: (input: T) => unknown): void {
  const { KMEND_FUZZ_SEED: seed = '1', KMEND_FUZZ_SECONDS: seconds, KMEND_FUZZ_INPUTS: inputs } = process.env
  const endMs = seconds === undefined ? Infinity : performance.now() + Number(seconds) * 1000
  const runs = inputs === undefined ? (seconds === undefined ? RUNS : Infinity) : Number(inputs)
  for (let run = 0; run < runs && performance.now() < endMs; run++)
    tryOne(damaged({ seed: Number(seed), run }), read, `seed ${seed}, run ${run}`)
}

function tryOne<T>(input: T, read: (input: T) => unknown, which: string): void {
  const [startMs, startKb] = [spentMs(), mostKb()]
  try {
    read(input)
  } catch (error) {
    if (!(error instanceof Fault)) throw new Error(`Only faults may come out of damaged input (${which})`, { cause: error })
  }
  expect(spentMs() - startMs, `time of ${which}`).toBeLessThan(LIMIT_MS)
  expect(mostKb() - startKb, `memory of ${which}`).toBeLessThan(LIMIT_KB)
}

/** What this process has computed: a busy machine makes nothing hang. */
function spentMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** The most memory that this process has ever had at once. */
function mostKb(): number {
  return process.resourceUsage().maxRSS
}
