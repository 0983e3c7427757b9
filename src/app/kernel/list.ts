import { Fault } from '../../core/base/mod.ts'
import {
  type KernelOffer,
  type KernelPaths,
  type KernelRelease,
  type KernelTarget,
  kernelPaths,
  listOffers,
  parseTarget,
} from '../../core/kernel/mod.ts'
import type { KernelPorts } from './ports.ts'

export interface KernelList {
  readonly running: string
  readonly kernels: readonly ListedKernel[]
}

export interface ListedKernel {
  readonly release: string
  /** Undefined when the archive does not offer it. */
  readonly offer: KernelOffer | undefined
  readonly isCached: boolean
  readonly isInstalled: boolean
  readonly isRunning: boolean
}

/** Every kernel that is on offer, in the cache, or on this machine; those on offer first, oldest version first. */
export async function listKernels(ports: KernelPorts): Promise<KernelList> {
  const offers = listOffers(await ports.archive.list())
  const cached = new Set(await cachedReleases(ports))
  const installed = new Set(await ports.machine.installed())
  const running = ports.machine.running()
  const describe = (release: string, offer: KernelOffer | undefined): ListedKernel => ({
    release,
    offer,
    isCached: cached.has(release),
    isInstalled: installed.has(release),
    isRunning: release === running,
  })
  const offered = new Set(offers.map((offer) => offer.release.release))
  const others = [...new Set([...cached, ...installed, running])].filter((release) => !offered.has(release)).toSorted()
  return {
    running,
    kernels: [...offers.map((offer) => describe(offer.release.release, offer)), ...others.map((release) => describe(release, undefined))],
  }
}

/** Releases that are whole in the cache. */
export async function cachedReleases(ports: Pick<KernelPorts, 'home' | 'files'>): Promise<string[]> {
  const names = await ports.files.names(`${ports.home}/kernels`)
  const whole = await Promise.all(names.map((name) => ports.files.exists(kernelPaths(ports.home, name).target)))
  return names.filter((_, index) => whole[index]).toSorted()
}

export interface CachedKernel {
  readonly target: KernelTarget
  readonly paths: KernelPaths
}

/** A kernel of the cache. Faults: kernel/not-cached, kernel/incomplete. */
export async function openKernel(release: KernelRelease, ports: Pick<KernelPorts, 'home' | 'files'>): Promise<CachedKernel> {
  const paths = kernelPaths(ports.home, release.release)
  if (!(await ports.files.exists(paths.target))) {
    throw new Fault('kernel/not-cached', `Cannot use ${release.release}: it is not in the cache`, {
      in: paths.folder,
      try: `kmend kernel add ${release.release}`,
    })
  }
  return { target: parseTarget(await ports.files.readText(paths.target), paths.target), paths }
}
