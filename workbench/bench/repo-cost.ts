import { formatColumns } from '../../src/bin/columns.ts'
import type { Traffic } from './counting-server.ts'
import type { Written } from './repo-fill.ts'
import { figure, median, medianAndMost } from './spread.ts'

/** One run of something: how long, and what it moved or wrote. */
export interface Sampled {
  readonly ms: number
  readonly count: number
  readonly bytes: number
}

/** Rows of the tables: what was done, again and again, at each size. */
export type Cost = Readonly<Record<string, readonly Sampled[]>>

export async function sample(act: () => Promise<unknown>, take: () => Promise<Traffic> | Traffic): Promise<Sampled> {
  await take()
  const start = performance.now()
  await act()
  const ms = performance.now() - start
  const { requests, bytes } = await take()
  return { ms, count: requests, bytes }
}

/** What was written since the last time, in the words of `sample`. */
export function takeWritten(written: Written): Traffic {
  const taken = { requests: written.files, bytes: written.bytes }
  written.files = written.bytes = 0
  return taken
}

export function formatCost(cost: Cost, count: string): string[] {
  const rows = Object.entries(cost).map(([what, samples]) => [
    what,
    medianAndMost(samples.map(({ ms }) => ms)),
    String(median(samples.map((one) => one.count))),
    kilobytes(samples.map(({ bytes }) => bytes)),
    `${samples.length}`,
  ])
  return formatColumns([['', 'ms', count, 'kB', 'times'], ...rows])
}

function kilobytes(bytes: readonly number[]): string {
  const [middle, most] = [median(bytes), Math.max(...bytes)]
  return middle === most ? figure(middle / 1000) : `${figure(middle / 1000)} (${figure(most / 1000)})`
}
