import { build, openBuildKernel, type BuildKernel, type BuildOutcome, type BuildPorts } from '../../src/app/build/mod.ts'
import { update, type UpdatePorts } from '../../src/app/update/mod.ts'
import type { Corpus, CorpusCase, CorpusPaths } from './corpus.ts'
import { type CaseOutcome, describeError, describeOutcome } from './outcome.ts'
import { makeLimit, workThrough } from './pool.ts'

export interface CaseResult {
  readonly id: string
  /** Changes when the patch or kmend changes: then it is built again. */
  readonly key: string
  readonly ms: number
  readonly outcome: CaseOutcome
}

export interface BuildCasesOptions {
  readonly jobs: number
  /** Digest of kmend's own code. */
  readonly code: string
  readonly onDone: (result: CaseResult) => Promise<void>
}

/** Builds cases in this process; those that were built by the same code before are read. */
export async function buildCases(
  corpus: Corpus,
  cases: readonly CorpusCase[],
  paths: CorpusPaths,
  options: BuildCasesOptions,
  ports: UpdatePorts,
): Promise<void> {
  const shared = { ...ports, progress: () => {}, compile: limitedCompile(ports, options.jobs) }
  const kernel = await openBuildKernel(corpus.base, shared)
  await workThrough(cases, options.jobs, async (one) => {
    const told = one.kind === 'whole' ? { ...shared, progress: ports.progress } : shared
    const result = await buildOnce(one, { kernel, paths, to: corpus.to, code: options.code }, told)
    await options.onDone(result)
  })
}

interface Means {
  readonly kernel: BuildKernel
  readonly paths: CorpusPaths
  readonly to: string
  readonly code: string
}

async function buildOnce({ id, kind }: CorpusCase, { kernel, paths, to, code }: Means, ports: UpdatePorts): Promise<CaseResult> {
  const { files } = ports
  const text = await files.readText(paths.patchOf(id))
  const key = ports.digest(JSON.stringify([code, text, kernel.target.buildId]))
  const kept = paths.buildResultOf(id)
  if (await files.exists(kept)) {
    const known = JSON.parse(await files.readText(kept)) as CaseResult
    if (known.key === key) return known
  }
  const output = paths.outputOf(id)
  const startMs = ports.nowMs()
  const common = { release: kernel.target.release, name: moduleName(id, ports), output, cves: [], bugs: [] }
  // What no live patch can bring is left out of the whole, and refused elsewhere.
  const building: Promise<BuildOutcome> =
    kind === 'whole'
      ? update({ ...common, from: undefined, to, only: [], version: 1, cveRecords: [] }, ports, kernel).then((whole) => whole.build)
      : build({ ...common, patches: [{ file: `${id}.patch`, text }], fuzz: 0, allowLayout: [] }, ports, kernel)
  const outcome = await building.then(describeOutcome, describeError)
  // Thousands of links a case; what was compiled in them stays.
  await files.remove(`${output}/work/1-source`)
  const result = { id, key, ms: Math.round(ports.nowMs() - startMs), outcome }
  await files.write(kept, `${JSON.stringify(result, null, 1)}\n`)
  return result
}

/** Short and its own: sysfs shows it, and all are loaded one after the other. */
export function moduleName(id: string, { digest }: Pick<BuildPorts, 'digest'>): string {
  const base = id.slice(id.lastIndexOf('/') + 1).replace(/\.[ch]$/, '')
  return `c_${digest(id).slice(0, 8)}_${base.replaceAll(/[^A-Za-z0-9]/g, '_')}`.slice(0, 50)
}

/** However many cases are built at the same time, no more compilers run than there are jobs. */
function limitedCompile(ports: BuildPorts, jobs: number): BuildPorts['compile'] {
  const limit = makeLimit(jobs)
  return async (tree, all, onDone) => {
    let done = 0
    const one = (job: (typeof all)[number]) => limit(() => ports.compile(tree, [job], (_, result) => onDone(++done, result)))
    return (await Promise.all(all.map(one))).flat()
  }
}
