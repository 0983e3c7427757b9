import { Fault } from '../../core/base/mod.ts'
import { type Followed, type Following, type Policy, checkClock } from '../../core/host/mod.ts'
import type { Offer } from '../../core/trust/mod.ts'
import { readFollowing, writeFollowing } from './following-store.ts'
import { type View, broughtPath, lookAt } from './look-at.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'
import { takeData } from './take-data.ts'

export interface CheckWish {
  readonly policy: Policy
  /** Of what is on offer: the one whose bundle is brought at once, so that it is here when its time has come and the repository cannot be reached. */
  readonly choose: (offers: readonly Offer[]) => Promise<Offer | undefined>
  /** Whether signed data is brought, too: what is wrong with it keeps no live patch out. */
  readonly takesData: boolean
}

/** Asks the repository, and keeps what came of it, also when it was a fault. Faults: trust/*, fetch/*, io/*. */
export async function checkRepository(followed: Followed, { policy, choose, takesData }: CheckWish, ports: HostPorts): Promise<Following> {
  const nowMs = ports.nowMs()
  try {
    checkClock(await readFollowing(ports), nowMs)
    return await lookAt(followed, { policy, isOffline: false }, ports, async (view) => {
      const known = foundIn(view, { before: await readFollowing(ports), release: readKernel(ports.system).release, nowMs })
      await writeFollowing(known, ports)
      await bringOnly(await choose(view.offers), view, ports)
      if (takesData) await takeData(view, ports)
      return known
    })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const before = await readFollowing(ports)
    const latestMs = Math.max(before.latestMs, nowMs)
    await writeFollowing({ ...before, triedMs: nowMs, failures: before.failures + 1, error: error.message, latestMs }, ports)
    throw error
  }
}

/** What is on offer at this moment; while the repository cannot be reached, what was verified before, as long as that is valid. Faults: trust/*, fetch/*, io/*. */
export async function offersNow(followed: Followed, wish: CheckWish, ports: HostPorts): Promise<readonly Offer[]> {
  try {
    return (await checkRepository(followed, wish, ports)).offers
  } catch (error) {
    if (!(error instanceof Fault && error.code.startsWith('fetch/'))) throw error
    return lookAt(followed, { policy: wish.policy, isOffline: true }, ports, async (view) => {
      await bringOnly(await wish.choose(view.offers), view, ports)
      return view.offers
    })
  }
}

interface Before {
  readonly before: Following
  readonly release: string
  readonly nowMs: number
}

/** What is known after a check that came to its end. */
export function foundIn({ offers, validUntilMs }: View, { before, release, nowMs }: Before): Following {
  const latestMs = Math.max(before.latestMs, nowMs)
  return { ...before, checkedMs: nowMs, triedMs: nowMs, failures: 0, error: null, latestMs, validUntilMs, release, offers }
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
