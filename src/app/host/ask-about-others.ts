import { Fault } from '../../core/base/mod.ts'
import { type Followed, type Following, type Offered, isSameDay, otherKernels } from '../../core/host/mod.ts'
import { readRecord } from './host-store.ts'
import { readInstalledKernels } from './installed-kernels.ts'
import { lookAt } from './look-at.ts'
import type { HostPorts } from './ports.ts'
import type { ReadWish } from './read-elsewhere.ts'
import { readKernel } from './read-kernel.ts'

/**
 * What is said of the live patches that this host keeps for kernels that do not run: at the boot of one nobody asks before they are loaded. By the first check of
 * a day, so that one that finds nothing new costs no more than it did; undefined where that was done. Faults: trust/*, fetch/*.
 */
export async function askAboutOthers({ followed, known, ...wish }: DailyWish, ports: HostPorts): Promise<readonly Offered[] | undefined> {
  if (known.othersMs !== null && isSameDay(known.othersMs, ports.nowMs())) return undefined
  const installed = readInstalledKernels(ports.system).map(({ release }) => release)
  const releases = otherKernels(await readRecord(ports), readKernel(ports.system).release, installed)
  const offered: Offered[] = []
  for (const release of releases) {
    const found = await lookAt(followed, { ...wish, release, isOffline: false }, ports, async (view) => ({
      ...{ release, offers: view.offers },
      elsewhere: await view.findElsewhere(),
    })).catch(saysNothing)
    if (found !== undefined) offered.push(found)
  }
  return offered
}

/** What is known of the repository tells when it was asked before. */
interface DailyWish extends ReadWish {
  readonly followed: Followed
  readonly known: Pick<Following, 'othersMs'>
}

/** Not every publisher has every kernel, or the tier for it. */
function saysNothing(error: unknown): undefined {
  if (error instanceof Fault && error.code === 'trust/delegation') return undefined
  throw error
}
