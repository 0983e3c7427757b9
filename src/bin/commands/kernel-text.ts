import type { KernelList, ListedKernel } from '../../app/kernel/mod.ts'
import { isBuildable, type KernelPaths, type KernelTarget } from '../../core/kernel/mod.ts'
import { formatColumns } from '../columns.ts'
import type { Screen } from '../screen.ts'

/** The list for a person: oldest first, so that the newest stand next to the prompt. */
export function formatKernelList({ kernels }: KernelList, screen: Pick<Screen, 'bold' | 'dim' | 'good'>): string[] {
  const rows = kernels.map((kernel) => [kernel.release, kernel.offer?.version ?? '', offerText(kernel), placeText(kernel)])
  const [head = '', ...lines] = formatColumns([['RELEASE', 'VERSION', 'BUILD TARGET', 'HERE'], ...rows])
  return [screen.bold(head), ...lines.map((line, index) => colour(line, kernels[index], screen))]
}

function colour(line: string, kernel: ListedKernel | undefined, screen: Pick<Screen, 'dim' | 'good'>): string {
  if (kernel?.isCached === true) return screen.good(line)
  return kernel?.offer !== undefined && isBuildable(kernel.offer) ? line : screen.dim(line)
}

function offerText({ offer }: ListedKernel): string {
  if (offer === undefined) return 'not on offer'
  if (isBuildable(offer)) return 'yes'
  const parts = offer.missing.map((name) => /^linux-(headers|kbuild|source)/.exec(name)?.[1] ?? name)
  return `no: ${[...new Set(parts)].join(', ')} missing`
}

function placeText({ isCached, isInstalled, isRunning }: ListedKernel): string {
  return [isCached ? 'in the cache' : '', isRunning ? 'running' : isInstalled ? 'installed' : ''].filter((text) => text !== '').join(', ')
}

export function kernelListToJson({ running, kernels }: KernelList): unknown {
  return {
    running,
    kernels: kernels.map(({ release, offer, isCached, isInstalled, isRunning }) => ({
      release,
      version: offer?.version ?? null,
      flavour: offer?.release.flavour ?? null,
      offered: offer !== undefined,
      buildable: offer !== undefined && isBuildable(offer),
      missing: offer?.missing ?? [],
      packages: (offer?.packages ?? []).map(({ role, package: { name, version, sha256, sizeBytes } }) => ({
        role,
        name,
        version,
        sha256,
        sizeBytes,
      })),
      cached: isCached,
      installed: isInstalled,
      running: isRunning,
    })),
  }
}

export function formatTarget(target: KernelTarget, paths: KernelPaths): string[] {
  return formatColumns([
    ['release', target.release],
    ['version', target.packageVersion],
    ['build-id', target.buildId],
    ['compiled by', target.kernelCompiler],
    ['compiler here', target.compiler.version],
    ['units', String(target.unitCount)],
    ['modules', String(target.moduleCount)],
    ...target.packages.map(({ role, name, version }) => [role, `${name} ${version}`]),
    ['folder', paths.folder],
  ])
}
