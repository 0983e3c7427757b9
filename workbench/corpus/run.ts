import { hash } from 'node:crypto'
import { cpus } from 'node:os'
import { makeUpdatePorts } from '../../src/bin/ports/update-ports.ts'
import { makeProvePorts } from '../../src/bin/ports/prove-ports.ts'
import { Fault } from '../../src/core/base/mod.ts'
import { buildCases } from './build-cases.ts'
import { digestCode } from './code.ts'
import { CORPUS_FORMAT, type Corpus, type CorpusCase, type CorpusName, corpusPaths } from './corpus.ts'
import { type BuiltCase, type LoadResult, loadCases } from './load-cases.ts'
import type { CaseOutcome } from './outcome.ts'
import { joinResults, makeResult, type RunResult } from './result.ts'
import { selectCases, type Selection } from './select.ts'
import { formatDifferences, formatNotBuilt, formatTable } from './table.ts'

export interface RunOptions extends Selection {
  readonly withVm: boolean
  readonly jobs?: number
}

export interface RunReport {
  /** Of the cases that were run, and of no others. */
  readonly result: RunResult
  /** Against what was known before. */
  readonly differences: readonly string[]
}

/**
 * Builds the cases of a corpus, and loads what is built; keeps the result beside the one before, with what that knows of other cases. Faults: those of the
 * build's environment.
 */
export async function runCorpus(name: CorpusName, options: RunOptions, progress: (text: string) => void): Promise<RunReport> {
  const build = makeUpdatePorts(progress)
  const prove = makeProvePorts(() => {})
  const paths = corpusPaths(build.home, name)
  const corpus = await readCorpus(paths.corpus, build.files)
  const { wanted, beyondReach } = selectCases(corpus.cases, options)

  const before = (await build.files.exists(paths.result)) ? (JSON.parse(await build.files.readText(paths.result)) as RunResult) : undefined
  const outcomes = new Map<string, CaseOutcome>()
  const loads = new Map<string, LoadResult>()
  const writeNow = async () => {
    const result = makeResult(corpus, joinResults(corpus.cases, { outcomes, loads }, before), {
      date: new Date().toISOString(),
      beyondReach,
    })
    await build.files.write(paths.result, `${JSON.stringify(result, null, 1)}\n`)
    await build.files.write(paths.table, `${formatTable(result).join('\n')}\n`)
    await build.files.write(paths.notBuilt, `${formatNotBuilt(result).join('\n')}\n`)
    return result
  }
  // Cases end side by side, and two that write at once would take each other's file away.
  let last: Promise<unknown> = Promise.resolve()
  const write = () => {
    const mine = last.then(writeNow)
    last = mine
    return mine
  }
  if (before !== undefined) await build.files.write(paths.previous, `${JSON.stringify(before, null, 1)}\n`)

  await buildCases(
    corpus,
    shuffled(wanted),
    paths,
    {
      jobs: options.jobs ?? cpus().length,
      code: await digestCode(),
      onDone: async ({ id, outcome }) => {
        outcomes.set(id, outcome)
        progress(`built ${outcomes.size} of ${wanted.length} cases`)
        if (outcomes.size % WRITE_EVERY === 0) await write()
      },
    },
    build,
  )
  if (options.withVm) {
    const built = wanted.flatMap(({ id }) => builtCase(id, outcomes.get(id)))
    const onDone = async (result: LoadResult) => {
      loads.set(result.id, result)
      progress(`loaded ${loads.size} of ${built.length} modules`)
      if (loads.size % WRITE_EVERY === 0) await write()
    }
    await loadCases(built, paths, { base: corpus.base, onDone }, prove)
  }
  const all = await write()
  const result = makeResult(
    corpus,
    all.cases.filter(({ id }) => outcomes.has(id)),
    { date: all.date, beyondReach },
  )
  return { result, differences: before === undefined ? [] : formatDifferences(before, result) }
}

/** A run takes long: what there is of its result can be read meanwhile. */
const WRITE_EVERY = 20

/** In an order that has nothing to do with where the files lie, so that what is done so far stands for the rest. */
function shuffled(cases: readonly CorpusCase[]): CorpusCase[] {
  return cases.toSorted((a, b) => (hash('sha256', a.id) < hash('sha256', b.id) ? -1 : 1))
}

function builtCase(id: string, outcome: CaseOutcome | undefined): BuiltCase[] {
  if (outcome?.kind !== 'built') return []
  const objects = outcome.functions.map((name) => name.slice(0, name.indexOf(':')))
  return [{ id, sha256: outcome.sha256, targets: [...new Set(objects)].filter((object) => object !== 'vmlinux') }]
}

async function readCorpus(path: string, files: ReturnType<typeof makeUpdatePorts>['files']): Promise<Corpus> {
  const corpus = (await files.exists(path)) ? (JSON.parse(await files.readText(path)) as Corpus) : undefined
  if (corpus?.format === CORPUS_FORMAT) return corpus
  throw new Fault('io/missing', 'Cannot run this corpus: it has not been made', { in: path, try: './dev corpus make' })
}
