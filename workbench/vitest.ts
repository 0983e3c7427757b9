import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, runNode } from './run.ts'
import { listSkips, NONE, type Tally, tallyReport, type VitestReport } from './tally.ts'

/** The levels of test: projects of vitest.config.ts. */
export type Level = 'unit' | 'rules' | 'golden' | 'fuzz' | 'real' | 'vm'

export interface VitestOptions {
  readonly levels: readonly Level[]
  /** Run only the test files whose path contains one of these; all when empty. */
  readonly files?: readonly string[]
  /** Run only the tests whose name this pattern is in; the others are not counted. */
  readonly name?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs tests, shows them as they go, and counts them. A run that ends without a report counts as one failure. */
export async function runVitest({ levels, files = [], name, env = {} }: VitestOptions): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'kmend-dev-'))
  const report = join(folder, 'report.json')
  try {
    const args = ['run', '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    if (name !== undefined) args.push(`--testNamePattern=${name}`)
    const { code } = await runNode(
      [join(ROOT, 'node_modules/vitest/vitest.mjs'), ...args, ...levels.map((level) => `--project=${level}`), ...files],
      { env, show: true },
    )
    const results = JSON.parse(await readFile(report, 'utf8')) as VitestReport
    const all = tallyReport(results)
    const tally = name === undefined ? all : { ...all, skipped: 0 }
    if (name === undefined) for (const line of listSkips(results)) process.stdout.write(`${line}\n`)
    // An error outside of every test (an unhandled rejection, say) fails the run, and no test.
    return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
  } catch (error) {
    process.stdout.write(`Cannot count the tests: ${String(error)}\n`)
    return { ...NONE, failed: 1 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
