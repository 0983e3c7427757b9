import { type Command, InvalidArgumentError } from 'commander'
import { addKernel } from '../../src/app/kernel/mod.ts'
import { kmendHome } from '../../src/bin/home.ts'
import { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { makeKernelPorts } from '../../src/bin/ports/kernel-ports.ts'
import { makeSourcePorts } from '../../src/bin/ports/source-ports.ts'
import { makeScreen } from '../../src/bin/screen.ts'
import { Fault, formatFault } from '../../src/core/base/mod.ts'
import { withLock } from '../../src/io/lock.ts'
import { choosePair, type ReleasePair } from './choose.ts'
import { corpusPaths } from './corpus.ts'
import { makeCorpus } from './make.ts'
import { runCorpus } from './run.ts'
import type { Sample } from './sample.ts'
import { formatInWholeAlone, formatTable } from './table.ts'

interface PairOptions {
  readonly base?: string
  readonly to?: string
  readonly line: string
  readonly sample?: number
  readonly seed: number
}

interface RunFlags extends PairOptions {
  readonly vm?: true
  readonly only: readonly string[]
  readonly jobs?: number
  readonly maxReach: number
}

/** Cases that change a header which everything includes compile the kernel anew, twice: an hour. They run when asked for, as does the whole update. */
const REACH = 150

export function addCorpusCommand(program: Command): void {
  const corpus = program.command('corpus').description('measure on real fixes: everything that a newer kernel source changes, case by case')
  withPair(corpus.command('make'))
    .description('derive the cases of a pair: each compiled file alone, files that belong together, and all')
    .action((options: PairOptions) => reportFaults(() => make(options)))
  withPair(corpus.command('run'))
    .option('--vm', 'load what is built in the kernel that it is for, many in one boot')
    .option('--only <name...>', 'kinds, classes, or cases by their id', [])
    .option('--jobs <count>', 'cases at the same time (default: as many as there are cores)', parseNumber)
    .option('--max-reach <units>', 'leave out cases that reach more units and are not named', parseNumber, REACH)
    .description('build every case; what was built by the same code before is not built again')
    .action((options: RunFlags) => reportFaults(() => run(options)))
}

function withPair(command: Command): Command {
  return command
    .option('--base <release>', 'kernel to patch (default: the newest that has fixes)')
    .option('--to <version>', 'version of the source package that has the fixes (default: the newest)')
    .option('--line <line>', 'for the defaults', '6.1')
    .option('--sample <count>', 'so many cases, drawn by the seed', parseNumber)
    .option('--seed <number>', 'of the sample', parseNumber, 1)
}

async function make(options: PairOptions): Promise<void> {
  const screen = makeScreen()
  const ports = { build: makeBuildPorts(screen.progress), source: makeSourcePorts(screen.progress) }
  const pair = await pairOf(options, screen.progress)
  await addKernel(pair.base.release, makeKernelPorts(screen.progress))
  const sample = sampleFrom(options)
  const paths = corpusPaths(ports.build.home, { base: pair.base.release.release, to: pair.to, sample })
  const corpus = await withLock(paths.lock, () => makeCorpus(pair, sample, ports))
  const kinds = Map.groupBy(corpus.cases, ({ kind }) => kind)
  const counts = [...kinds].map(([kind, cases]) => `${cases.length} ${kind}`).join(', ')
  screen.line(`${corpus.base}, ${corpus.from} to ${corpus.to}: ${corpus.changedFiles} changed files, ${counts}`)
  for (const line of formatInWholeAlone(corpus)) screen.line(line)
  screen.line(paths.folder)
}

async function run(options: RunFlags): Promise<void> {
  const screen = makeScreen()
  const { base, to } = await pairOf(options, screen.progress)
  const { only, maxReach, jobs } = options
  const name = { base: base.release.release, to, sample: sampleFrom(options) }
  const settings = { only, maxReach, withVm: options.vm === true, ...(jobs === undefined ? {} : { jobs }) }
  const { folder, lock } = corpusPaths(kmendHome(), name)
  const { result, differences } = await withLock(lock, () => runCorpus(name, settings, screen.progress))
  for (const line of formatTable(result)) screen.line(line)
  if (differences.length > 0) screen.line(`\nsince the run before:\n${differences.map((line) => `  ${line}`).join('\n')}`)
  screen.line(`\n${folder}: result.json, table.txt, not-built.txt`)
  const hasFailed = result.cases.some(({ outcome, load }) => outcome.kind === 'failed' || load?.kind === 'failed')
  process.exitCode = hasFailed ? 1 : 0
}

function pairOf(options: PairOptions, progress: (text: string) => void): Promise<ReleasePair> {
  return choosePair(options, makeSourcePorts(progress))
}

function sampleFrom({ sample, seed }: PairOptions): Sample | undefined {
  return sample === undefined ? undefined : { count: sample, seed }
}

function parseNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A number is expected.')
  return Number(text)
}

async function reportFaults(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    process.stderr.write(`${formatFault(error)}\n`)
    process.exitCode = error.exit
  }
}
