import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ROOT, runNode } from './run.ts'
import { addTallies, type Tally } from './tally.ts'

/** What can be said of the code without running it: name, and the program of node_modules/.bin with its arguments. */
const STATIC_CHECKS = [
  { name: 'format', command: ['oxfmt', '--list-different'], help: './dev format mends it' },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'], help: 'see .oxlintrc.json' },
  { name: 'types of src/core (no Node, no DOM)', command: ['tsc', '-p', 'tsconfig.core.json'], help: 'src/core is pure' },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'], help: 'see tsconfig.base.json' },
] as const

/** Runs them side by side, prints a line for each and the output of those that failed. */
export async function runStaticChecks(): Promise<Tally> {
  const queue = [...STATIC_CHECKS]
  const tallies: Tally[] = []
  const work = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) tallies.push(await runStaticCheck(check))
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return addTallies(tallies)
}

async function runStaticCheck({ name, command, help }: (typeof STATIC_CHECKS)[number]): Promise<Tally> {
  const start = performance.now()
  const [program, ...args] = command
  const { code, output } = await runNode([join(ROOT, 'node_modules/.bin', program), ...args])
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stdout.write(code === 0 ? ` ✓ ${name}  ${seconds} s\n` : ` ✗ ${name}  ${seconds} s: ${help}\n${output.trimEnd()}\n\n`)
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
}
