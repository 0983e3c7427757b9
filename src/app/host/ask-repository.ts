import { Fault } from '../../core/base/mod.ts'
import {
  type Check,
  type Followed,
  type Following,
  type Policy,
  afterCheck,
  checkClock,
  heedOffers,
  keepsUnlisted,
} from '../../core/host/mod.ts'
import type { Offer } from '../../core/trust/mod.ts'
import { askAboutOthers } from './ask-about-others.ts'
import { writeFollowing } from './following-store.ts'
import { readRecord, writeRecord } from './host-store.ts'
import { type View, broughtPath, lookAt } from './look-at.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { takeCatalogue } from './read-catalogue.ts'
import { readKernel } from './read-kernel.ts'
import { type NewData, takeData } from './take-data.ts'

/**
 * The repository is asked without the lock of the host: however slow a server is, an administrator can undo meanwhile. What came of it is kept, and acted
 * on, with the lock.
 */

export interface Question {
  readonly followed: Followed
  /** What is known of it. */
  readonly known: Following
  readonly policy: Policy
  /** Of what is on offer: the one whose bundle is brought at once, so that it is here when its time has come and the repository cannot be reached. */
  readonly choose: (offers: readonly Offer[]) => Promise<Offer | undefined>
  /** Whether signed data is brought and other kernels are asked about, too: what is wrong with that keeps no live patch out. */
  readonly takesData: boolean
  readonly deadline: AbortSignal
}

export interface Answer extends Check {
  readonly followed: Followed
  /** The live patch whose bundle is here. */
  readonly brought: string | undefined
  readonly data: readonly NewData[]
}

/** What is on offer at this moment; where the repository cannot be reached, what was verified before, as long as that is valid. */
export async function askRepository(question: Question, ports: HostPorts): Promise<Answer> {
  const asked = await ask(question, false, ports)
  if (asked.found !== undefined || asked.faults[0]?.code.startsWith('fetch/') !== true) return asked
  const kept = await ask(question, true, ports)
  return { ...kept, faults: [...asked.faults, ...kept.faults] }
}

async function ask(question: Question, isOffline: boolean, ports: HostPorts): Promise<Answer> {
  const { followed, known, policy, choose, takesData, deadline } = question
  const askedMs = ports.nowMs()
  const { release } = readKernel(ports.system)
  let answer: Answer = { followed, askedMs, isOffline, found: undefined, others: undefined, brought: undefined, data: [], faults: [] }
  try {
    checkClock(known, askedMs)
    await lookAt(followed, { release, policy, isOffline, deadline }, ports, async (view) => {
      const { offers, validUntilMs } = view
      const elsewhere = keepsUnlisted(await readRecord(ports), { release, offers }) ? await view.findElsewhere() : []
      answer = { ...answer, found: { release, offers, elsewhere, validUntilMs } }
      const wanted = await choose(offers)
      answer = { ...answer, ...(await bringWitnessed(wanted, view, ports)) }
      if (takesData) answer = { ...answer, data: await takeData(view, ports) }
    })
    if (!takesData || isOffline) return answer
    answer = { ...answer, others: await askAboutOthers(question, ports) }
    return { ...answer, data: [...answer.data, ...(await takeCatalogue(question, answer.data, ports))] }
  } catch (error) {
    if (error instanceof Fault) return { ...answer, faults: [...answer.faults, error] }
    throw error
  }
}

/** Witnesses that lag keep no news away but the live patch: the rest of the question goes on. */
async function bringWitnessed(
  offer: Offer | undefined,
  view: View,
  ports: HostPorts,
): Promise<Partial<Pick<Answer, 'brought' | 'faults'>>> {
  try {
    await bringOnly(offer, view, ports)
    return { brought: offer?.name }
  } catch (error) {
    if (error instanceof Fault && error.code === 'trust/witness') return { faults: [error] }
    throw error
  }
}

/** Bundles that are not wanted any more go. */
async function bringOnly(offer: Offer | undefined, view: View, { files }: HostPorts): Promise<void> {
  const wanted = offer === undefined ? undefined : broughtPath(offer.name)
  for (const name of await files.names(PATHS.brought)) {
    const path = `${PATHS.brought}/${name}`
    if (path !== wanted) await files.remove(path)
  }
  if (offer !== undefined) await view.bring(offer)
}

/** With the lock: what came of asking is known from now on, also when it was a fault. */
export async function keepAnswer(answer: Answer, before: Following, ports: HostPorts): Promise<void> {
  await writeFollowing(afterCheck(before, answer), ports)
  for (const { path, bytes } of answer.data) await (bytes === undefined ? ports.files.remove(path) : ports.files.write(path, bytes))
  if (answer.found === undefined) return
  const record = await readRecord(ports)
  const heeded = [answer.found, ...(answer.others ?? [])].reduce(heedOffers, record)
  if (JSON.stringify(heeded) !== JSON.stringify(record)) await writeRecord(heeded, ports)
}
