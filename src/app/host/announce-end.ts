import { Fault } from '../../core/base/mod.ts'
import { type Announced, type CoverageNotice, coverageOf, noticeOf, packageVersionIn } from '../../core/host/mod.ts'
import { note, readRecord, writeRecord } from './host-store.ts'
import { readLifecycle } from './lifecycle.ts'
import type { HostPorts } from './ports.ts'
import { readCoveredLonger } from './read-catalogue.ts'
import { readKernel } from './read-kernel.ts'
import { withHostAsItIs } from './session.ts'

/** Announces the end of this kernel's live patches when a step towards it was passed: once, in the history and the system's log. Null when there is nothing to say. */
export async function announceEnd(ports: HostPorts): Promise<string | null> {
  try {
    if ((await findNews(ports)) === undefined) return null
    return await withHostAsItIs(ports, async () => {
      // Another round may have said it meanwhile.
      const news = await findNews(ports)
      if (news === undefined) return null
      const { notice, announced, kernels } = news
      const { release, until, step } = announced
      const detail = { text: notice.text, step, until, kernels }
      await note({ act: 'announce', patch: null, release, reason: null, outcome: 'done', detail }, ports)
      await writeRecord({ ...(await readRecord(ports)), announced }, ports)
      ports.journal(notice.text)
      return notice.text
    })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    // kmend status and kmend check say what is wrong with it; the next round tries again.
    ports.progress(error.message)
    return null
  }
}

interface News {
  readonly notice: CoverageNotice
  readonly announced: Announced
  /** On offer, and covered longer. */
  readonly kernels: readonly string[]
}

/** Undefined where no step was passed since the last announcement. */
async function findNews(ports: HostPorts): Promise<News | undefined> {
  const { release, version } = readKernel(ports.system)
  const { lifecycle } = await readLifecycle(ports)
  const coverage = coverageOf({ release, packageVersion: packageVersionIn(version) }, lifecycle, ports.nowMs())
  const longer = await readCoveredLonger(coverage, ports)
  const notice = noticeOf(coverage, longer)
  if (notice === undefined || coverage.kind === 'unknown') return undefined
  const announced = { release, until: coverage.until, step: notice.step }
  if (JSON.stringify((await readRecord(ports)).announced) === JSON.stringify(announced)) return undefined
  return { notice, announced, kernels: longer.map((kernel) => kernel.release) }
}
