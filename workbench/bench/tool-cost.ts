import { formatColumns } from '../../src/bin/columns.ts'
import type { Place } from './place.ts'
import { medianAndMost } from './spread.ts'

/** What is run, and what is aimed at. An agent's round that is due is run by the one that does not count; the others have nothing to do. */
const COMMANDS = [
  { command: 'kmend status', aim: 'aim: 150 ms, 80 MB' },
  { command: 'kmend check', aim: '' },
  { command: 'kmend agent', aim: '' },
] as const

const RUNS = 10

/** One run, as run-cost.c prints it. */
export interface RunCost {
  readonly exit: number
  readonly wallMs: number
  readonly cpuMs: number
  readonly memoryMb: number
  /** Null where the kernel does not count it. */
  readonly readKb: number | null
}

/** Runs each command in a place and returns the lines of a table. */
export async function measureTool(place: Place): Promise<string[]> {
  const rows = [['', 'exit', 'wall ms', 'CPU ms', 'peak MB', 'kB read', '']]
  for (const { command, aim } of COMMANDS) {
    const runs = parseRuns(await place.run(`${place.programs}/run-cost ${RUNS} ${command}`))
    if (runs.length !== RUNS) throw new Error(`Cannot measure ${command}: of ${RUNS} runs ${runs.length} were counted`)
    rows.push([command, ...formatRuns(runs), aim])
  }
  return [...formatColumns(rows), `${RUNS} runs of each, after one that is not counted: median (worst)`]
}

export function parseRuns(text: string): RunCost[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [exit = NaN, wallUs = NaN, cpuUs = NaN, memoryKb = NaN, bytes = NaN] = line.split(' ').map(Number)
      const readKb = bytes < 0 ? null : bytes / 1024
      return { exit, wallMs: wallUs / 1000, cpuMs: cpuUs / 1000, memoryMb: memoryKb / 1024, readKb }
    })
}

/** Cells of a row. Throws when the runs did not end alike: then they have not all done the same. */
export function formatRuns(runs: readonly RunCost[]): string[] {
  const exits = [...new Set(runs.map(({ exit }) => exit))]
  if (exits.length !== 1) throw new Error(`Cannot compare runs that ended with ${exits.join(' and with ')}`)
  const read = runs.flatMap(({ readKb }) => (readKb === null ? [] : [readKb]))
  return [
    `${exits[0]}`,
    medianAndMost(runs.map(({ wallMs }) => wallMs)),
    medianAndMost(runs.map(({ cpuMs }) => cpuMs)),
    medianAndMost(runs.map(({ memoryMb }) => memoryMb)),
    read.length === runs.length ? medianAndMost(read) : 'not counted',
  ]
}
