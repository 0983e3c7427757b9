import { type PackageFormat, formatPackageName } from '../bundle/mod.ts'
import { compareDebianVersions } from '../kernel/mod.ts'
import type { Package } from './package.ts'
import type { PooledPatch } from './pool.ts'

/** The flavour of a release as the distribution's own meta-package has it: `linux-image-cloud-amd64` follows `6.1.0-54-cloud-amd64`. */
export function flavourOf(release: string): string | undefined {
  return /^\d[\d.]*(?:\+[\w.]+)?(?:-\d+)?-((?:[a-z]+-)?[a-z]+[a-z0-9]*)$/.exec(release)?.[1]
}

/**
 * For each flavour a package without files that brings the newest live patch for every kernel of a pool: a host runs one of the kernels that it has, and which one is
 * for its next boot to say. It cannot be without that for the newest kernel, and can be without the others.
 */
export function metaPackages(pool: readonly PooledPatch[], format: PackageFormat): Package[] {
  const byFlavour = Map.groupBy(pool, ({ release }) => flavourOf(release))
  return [...byFlavour].flatMap(([flavour, patches]) => {
    const releases = [...new Set(patches.map(({ release }) => release))].toSorted((a, b) => compareDebianVersions(b, a))
    const [newest] = releases
    if (flavour === undefined || newest === undefined) return []
    const [needed, ...others] = releases.map((release) => relationTo(release, patches, format))
    return [
      {
        name: `kmend-livepatch-${flavour}`,
        version: `${newest.slice(0, -flavour.length).replaceAll('-', '.')}${countOf(patches)}`,
        summary: `live patches for kernels of the flavour ${flavour}`,
        description: [
          `This package has no files. It brings the newest live patch for each kernel of the flavour ${flavour} that there are live patches for, now up to ${newest}, and follows linux-image-${flavour} to the next.`,
        ],
        licence: 'GPL-2.0-only',
        depends: format === 'deb' && needed !== undefined ? [needed] : [],
        requires: format === 'rpm' && needed !== undefined ? [needed] : [],
        recommends: others,
        tree: { files: [], folders: [] },
        scripts: {},
      },
    ]
  })
}

/** The package that has the newest of a kernel's live patches: where none follows the initial one, that. */
function relationTo(release: string, patches: readonly PooledPatch[], format: PackageFormat): string {
  const own = patches.filter((patch) => patch.release === release)
  const stage = own.some((patch) => patch.stage === 'patch') ? 'patch' : 'initial'
  const version = newestOf(own, stage)
  const name = formatPackageName(release, format, stage)
  return format === 'deb' ? `${name} (>= ${version})` : `${name} >= ${version}`
}

/** Grows with whatever comes into the pool. */
function countOf(patches: readonly PooledPatch[]): number {
  const byRelease = [...Map.groupBy(patches, ({ release }) => release).values()]
  return byRelease.reduce((sum, own) => sum + newestOf(own, 'initial') + newestOf(own, 'patch'), 0)
}

function newestOf(own: readonly PooledPatch[], stage: PooledPatch['stage']): number {
  return Math.max(0, ...own.filter((patch) => patch.stage === stage).map(({ version }) => version))
}
