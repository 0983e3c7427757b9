import { Fault } from '../../core/base/mod.ts'
import { type KernelRelease, type Package, isBuildable, listOffers, tryParseRelease } from '../../core/kernel/mod.ts'
import { cachedReleases, openKernel } from '../kernel/mod.ts'
import type { DemoKernel, DemoSource } from './attempts.ts'
import type { DemoMeans } from './ports.ts'

/** The line whose fixes we know best, in the flavour that is smallest to fetch. */
const LINE = '6.1'
const FLAVOUR = 'cloud'

/** What there is to choose from. */
export interface Shelf {
  readonly kernels: readonly DemoKernel[]
  readonly sources: readonly DemoSource[]
  readonly packageOf: (source: DemoSource) => Package | undefined
}

/** What the archive offers and what earlier runs left here; without the archive the latter has to do. Faults: archive/unreachable, kernel/not-offered. */
export async function takeStock(wanted: KernelRelease | undefined, ports: DemoMeans): Promise<Shelf> {
  const cached = await cachedKernels(ports)
  const index = await ports.kernel.archive.list().catch((error: unknown): Package[] => {
    if (error instanceof Fault && error.code === 'archive/unreachable' && cached.length > 0) return []
    throw error
  })
  const offered = listOffers(index).filter(isBuildable)
  const kernels = mergeKernels([...cached, ...offered]).filter(({ release }) =>
    wanted === undefined ? release.line === LINE && release.flavour === FLAVOUR : release.release === wanted.release,
  )
  if (kernels.length === 0) {
    throw new Fault(
      'kernel/not-offered',
      `Cannot find a kernel for the demo: neither archive nor cache has ${wanted?.release ?? `a ${LINE} ${FLAVOUR} kernel`} whole`,
      {
        try: 'kmend kernel list shows the kernels on offer; --kernel names one of them',
      },
    )
  }
  const packages = index.filter(({ name }) => name.startsWith('linux-source-'))
  const line = ({ name }: Package) => name.slice('linux-source-'.length)
  const kept = (await ports.files.names(`${ports.home}/demo/sources`)).flatMap((name) => parseKept(name))
  const onOffer = packages.map((entry) => ({ line: line(entry), version: entry.version }))
  return {
    kernels,
    sources: [
      ...onOffer,
      ...kept.filter((source) => !onOffer.some((other) => other.line === source.line && other.version === source.version)),
    ],
    packageOf: (source) => packages.find((entry) => line(entry) === source.line && entry.version === source.version),
  }
}

/** Kernels that another version left are no concern here: only the one that is chosen has to be in order. */
async function cachedKernels(ports: DemoMeans): Promise<DemoKernel[]> {
  const kernels: DemoKernel[] = []
  for (const name of await cachedReleases(ports)) {
    const release = tryParseRelease(name)
    if (release === undefined) continue
    try {
      const { target } = await openKernel(release, ports)
      kernels.push({ release, version: target.packageVersion })
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'kernel/incomplete') throw error
    }
  }
  return kernels
}

function mergeKernels(kernels: readonly DemoKernel[]): DemoKernel[] {
  const byRelease = new Map<string, DemoKernel>()
  for (const { release, version } of kernels) if (!byRelease.has(release.release)) byRelease.set(release.release, { release, version })
  return [...byRelease.values()]
}

/** `6.1_6.1.192-2`. */
function parseKept(name: string): DemoSource[] {
  const [, line, version] = /^(\d+\.\d+)_([^_]+)$/.exec(name) ?? []
  return line === undefined || version === undefined || version.endsWith('.part') ? [] : [{ line, version }]
}
