import { beforeAll, describe, expect, test } from 'vitest'
import { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { makeSourcePorts } from '../../src/bin/ports/source-ports.ts'
import { choosePair, type ReleasePair } from '../../workbench/corpus/choose.ts'
import { makeCorpus } from '../../workbench/corpus/make.ts'
import { runCorpus } from '../../workbench/corpus/run.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { needingVm } from '../kit/vm.ts'

/** A few of the real fixes that `./dev corpus` measures by; another seed draws others. */
const SAMPLE = { count: 8, seed: 1 }
/** Of those that change code alone and compile alone; all of them come to more than nine in ten (docs/coverage.md). */
const SHARE = 3 / 4

describe.each(['6.1', '6.12'])('of real fixes of %s, drawn by a seed,', (line) => {
  let pair: ReleasePair
  beforeAll(async () => {
    await realKernel(line)
    pair = await choosePair(
      { line },
      makeSourcePorts(() => {}),
    )
  })

  test('most become live patches, none ends in a fault of ours, and all that are built load and leave no trace', (context) =>
    needingVm(context, async () => {
      const ports = { build: makeBuildPorts(() => {}), source: makeSourcePorts(() => {}) }
      const corpus = await makeCorpus(pair, SAMPLE, ports)
      expect(corpus.cases).toHaveLength(SAMPLE.count)
      const { result } = await runCorpus(corpus, { only: [], withVm: true, maxReach: 1 }, () => {})
      const ended = (kind: string) => result.cases.filter(({ outcome }) => outcome.kind === kind)
      expect(ended('failed')).toEqual([])
      expect(ended('built').filter(({ load }) => load?.kind !== 'loaded')).toEqual([])
      // Too few to tell anything: then another seed is due.
      expect(result.headline.of).toBeGreaterThanOrEqual(3)
      expect(result.headline.built).toBeGreaterThanOrEqual(SHARE * result.headline.of)
    }))
})
