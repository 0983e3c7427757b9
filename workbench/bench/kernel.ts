import { checkConfig } from '../../src/app/build/mod.ts'
import { type CachedKernel, cachedReleases, openKernel } from '../../src/app/kernel/mod.ts'
import type { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { parseRelease } from '../../src/core/kernel/mod.ts'

/** The newest kernel of the cache that live patches can be built for, or the one named. */
export async function chooseCached(named: string | undefined, ports: ReturnType<typeof makeBuildPorts>): Promise<CachedKernel> {
  const releases = named === undefined ? (await cachedReleases(ports)).toReversed() : [named]
  for (const release of releases) {
    const kernel = await openKernel(parseRelease(release), ports)
    const isSupported = await checkConfig(kernel, ports).then(
      () => true,
      () => false,
    )
    if (isSupported) return kernel
  }
  throw new Error('Cannot measure: the cache holds no kernel to build for. Try: ./kmend kernel list, ./kmend kernel add <release>')
}
