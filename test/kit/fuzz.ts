import { expect } from 'vitest'
import { Fault } from '../../src/core/base/mod.ts'
import { damage } from './damage.ts'

/** How often `./dev check` damages each specimen; `./dev fuzz` goes by time instead. */
const RUNS = 2000
/** Longer than any reader takes for a small file, by far: beyond it, the damage made it hang. */
const LIMIT_MS = 2000

/**
 * Hands damaged copies of a real input to its reader: a Fault may come out, or a value, within bounded time. Every run is made from seed and
 * number alone, so that a failure can be repeated: `./dev fuzz --seed …`.
 */
export function fuzz(specimen: Uint8Array, read: (bytes: Uint8Array) => unknown): void {
  const seed = Number(process.env['KMEND_FUZZ_SEED'] ?? '1')
  const seconds = process.env['KMEND_FUZZ_SECONDS']
  const endMs = seconds === undefined ? Infinity : performance.now() + Number(seconds) * 1000
  const runs = seconds === undefined ? RUNS : Infinity
  for (let run = 0; run < runs && performance.now() < endMs; run++) tryOne(specimen, read, { seed, run })
}

function tryOne(specimen: Uint8Array, read: (bytes: Uint8Array) => unknown, { seed, run }: { seed: number; run: number }): void {
  const bytes = damage(specimen, { seed, run })
  const start = performance.now()
  try {
    read(bytes)
  } catch (error) {
    if (!(error instanceof Fault)) throw new Error(`Only faults may come out of damaged input (seed ${seed}, run ${run})`, { cause: error })
  }
  expect(performance.now() - start, `time of seed ${seed}, run ${run}`).toBeLessThan(LIMIT_MS)
}
