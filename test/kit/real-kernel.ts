import { addKernel, type CachedKernel, type KernelPorts, openKernel } from '../../src/app/kernel/mod.ts'
import { makeKernelPorts } from '../../src/bin/ports/kernel-ports.ts'
import { Fault } from '../../src/core/base/mod.ts'
import { compareDebianVersions, isBuildable, type KernelOffer, type KernelRelease, listOffers } from '../../src/core/kernel/mod.ts'
import { patiently } from './patiently.ts'

/** Real kernels for tests: what the archive offers today, put into this machine's cache once and shared by all tests. */

/** The ports of this machine; progress goes nowhere. */
export function realPorts(): KernelPorts {
  return makeKernelPorts(() => {})
}

/**
 * The newest kernel of a line that can be built for and whose line has newer source on offer, so that there are real fixes for it.
 * The cloud flavour is the smallest. Faults: archive/unreachable, kernel/not-offered.
 */
export async function chooseKernel(
  line = '6.1',
  ports: KernelPorts = realPorts(),
  flavour: KernelRelease['flavour'] = 'cloud',
): Promise<KernelOffer> {
  const index = await ports.archive.list()
  const sources = index.filter(({ name }) => name === `linux-source-${line}`).map(({ version }) => version)
  const newest = sources.toSorted(compareDebianVersions).at(-1) ?? ''
  const fitting = listOffers(index).filter(
    (offer) =>
      offer.release.line === line && offer.release.flavour === flavour && isBuildable(offer) && isUpstreamOlder(offer.version, newest),
  )
  const chosen = fitting.at(-1)
  if (chosen !== undefined) return chosen
  throw new Fault('kernel/not-offered', `Cannot find a ${line} kernel that can be built for and has newer source on offer`)
}

/** Another upstream version: packages of the same one differ in packaging, hardly in source. */
function isUpstreamOlder(version: string, newest: string): boolean {
  return compareDebianVersions(version.replace(/-.*/, ''), newest.replace(/-.*/, '')) < 0
}

/** A kernel of a line in the cache, added if it is not there. When another test is adding it, waits for that. */
export async function realKernel(line = '6.1', flavour: KernelRelease['flavour'] = 'cloud'): Promise<CachedKernel> {
  const ports = realPorts()
  const { release } = await chooseKernel(line, ports, flavour)
  await patiently(() => addKernel(release, ports))
  return openKernel(release, ports)
}
