import { beforeAll, expect, test } from 'vitest'
import { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { makeSourcePorts } from '../../src/bin/ports/source-ports.ts'
import { choosePair, type ReleasePair } from '../../workbench/corpus/choose.ts'
import { makeCorpus } from '../../workbench/corpus/make.ts'
import { runCorpus } from '../../workbench/corpus/run.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { needingVm } from '../kit/vm.ts'

/** A few of the real fixes that `./dev corpus` measures by; another seed draws others. */
const SAMPLE = { count: 12, seed: 1 }
const LINE = '6.1'

let pair: ReleasePair
beforeAll(async () => {
  await realKernel(LINE)
  pair = await choosePair(
    { line: LINE },
    makeSourcePorts(() => {}),
  )
})

test('of real fixes drawn by a seed none ends in a fault of ours, and all that are built load and leave no trace', (context) =>
  needingVm(context, async () => {
    const ports = { build: makeBuildPorts(() => {}), source: makeSourcePorts(() => {}) }
    const corpus = await makeCorpus(pair, SAMPLE, ports)
    expect(corpus.cases).toHaveLength(SAMPLE.count)
    const { result } = await runCorpus(corpus, { only: [], withVm: true, maxReach: 1 }, () => {})
    expect(result.cases.filter(({ outcome }) => outcome.kind === 'failed')).toEqual([])
    const built = result.cases.filter(({ outcome }) => outcome.kind === 'built')
    expect(built.filter(({ load }) => load?.kind !== 'loaded')).toEqual([])
    expect(built.length).toBeGreaterThan(0)
  }))
