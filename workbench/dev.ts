import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { formatUsage } from './bench/usage.ts'
import { addCorpusCommand } from './corpus/command.ts'
import { addPackageCommand } from './package/command.ts'
import { ROOT, run, runNode } from './run.ts'
import { runStaticChecks } from './static-checks.ts'
import { addTallies, formatTally, type Tally, withoutSkips } from './tally.ts'
import { type Level, runVitest } from './vitest.ts'

/** For who works on kmend: ./dev --help lists the commands. */
const QUICK = ['unit', 'rules', 'golden', 'fuzz'] as const satisfies readonly Level[]
const SLOW = ['real', 'vm'] as const satisfies readonly Level[]
const USAGE = 2
const isCi = process.env['CI'] === 'true'

const program = new Command('dev').description('The workbench of kmend.').showHelpAfterError().enablePositionalOptions().exitOverride()

program
  .command('check')
  .description('the inner loop, under 30 s: format, lint, types, rules, unit and golden tests, a short fuzz with a fixed seed')
  .action(async () => finish([await runStaticChecks(), await runVitest({ levels: QUICK })]))

program
  .command('test')
  .argument('[part...]', 'run only the test files whose path contains one of these, and no check')
  .description('check, then the tests against real kernels and in virtual machines: everything')
  .action(async (parts: readonly string[]) => {
    if (parts.length > 0) return finish([await runVitest({ levels: [...QUICK, ...SLOW], files: parts })])
    const quick = [await runStaticChecks(), await runVitest({ levels: QUICK })]
    return finish([...quick, await runVitest({ levels: SLOW })])
  })

program
  .command('fuzz')
  .argument('[seconds]', 'how long each target is fuzzed', '60')
  .option('--inputs <number>', 'give each target so many damaged inputs, however long that takes')
  .option('--seed <number>', 'repeat a run; by default each run has its own')
  .option('--reader <words>', 'only the targets whose name has these words, or this pattern, in it')
  .description('fuzz longer than check does; a failure prints the seed that repeats it')
  .action(async (seconds: string, options: { readonly inputs?: string; readonly seed?: string; readonly reader?: string }) => {
    const { inputs, seed = String(Date.now() % 2 ** 31), reader } = options
    process.stdout.write(`seed ${seed}, ${inputs === undefined ? `${seconds} s` : `${inputs} inputs`} a target\n`)
    const amount = inputs === undefined ? { KMEND_FUZZ_SECONDS: seconds } : { KMEND_FUZZ_INPUTS: inputs }
    const env = { KMEND_FUZZ_SEED: seed, ...amount }
    finish([await runVitest({ levels: ['fuzz'], env, ...(reader === undefined ? {} : { name: reader }) })])
  })

program
  .command('bench')
  .argument('<name>', 'a file workbench/bench-<name>.ts')
  .argument('[argument...]')
  .passThroughOptions() // what follows the name is the benchmark's own, --help too
  .description('measure; `./dev bench build` shows a build stage by stage')
  .addHelpText('after', '\n./dev bench <name> --help says what that benchmark takes.')
  .action(async (name: string, args: readonly string[]) => {
    const names = (await readdir(import.meta.dirname)).flatMap((file) => /^bench-(.+)\.ts$/.exec(file)?.[1] ?? [])
    if (!names.includes(name)) program.error(`error: there is no benchmark '${name}'; there are: ${names.join(', ') || 'none'}`)
    if (args.some((word) => word === '--help' || word === '-h')) return void process.stdout.write(formatUsage(name) ?? '')
    process.exitCode = (await runNode([join(import.meta.dirname, `bench-${name}.ts`), ...args], { show: true })).code
  })

program
  .command('format')
  .description('format the code')
  .action(async () => {
    process.exitCode = (await run(join(ROOT, 'node_modules/.bin/oxfmt'), ['--write'], { show: true })).code
  })

addCorpusCommand(program)
addPackageCommand(program)

/** Prints the count alone on the last line, and fails when anything did. */
function finish(tallies: readonly Tally[]): void {
  const all = addTallies(tallies)
  if (isCi && all.skipped > 0) process.stdout.write(`${all.skipped} skipped: in continuous integration (CI=true) they count as failed\n`)
  const counted = isCi ? withoutSkips(all) : all
  process.stdout.write(`\n${formatTally(counted)}\n`)
  process.exitCode = counted.failed === 0 ? 0 : 1
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : USAGE
}
