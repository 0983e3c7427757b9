import { type PackageFormat, formatPackageName } from '../bundle/mod.ts'
import { compareDebianVersions } from '../kernel/mod.ts'
import type { Package } from './package.ts'

/** A live patch as a package, and the kernel that it is for. */
export interface PackagedPatch {
  readonly release: string
  /** Of the distribution's kernel package. */
  readonly kernelVersion: string
  readonly version: number
}

/** The flavour of a release as the distribution's own meta-package has it: `linux-image-cloud-amd64` follows `6.1.0-54-cloud-amd64`. */
export function flavourOf(release: string): string | undefined {
  return /^\d[\d.]*(?:\+[\w.]+)?(?:-\d+)?-((?:[a-z]+-)?[a-z]+[a-z0-9]*)$/.exec(release)?.[1]
}

/**
 * For each flavour a package without files that depends on the live patch for its newest kernel, as `linux-image-<flavour>` depends on that kernel. Packages for
 * other kernels stay as they are: live patches of several kernels are installed side by side.
 */
export function metaPackages(patches: readonly PackagedPatch[], format: PackageFormat): Package[] {
  const byFlavour = Map.groupBy(patches, ({ release }) => flavourOf(release))
  return [...byFlavour].flatMap(([flavour, members]) => {
    const newest = members.toSorted((a, b) => compareDebianVersions(a.kernelVersion, b.kernelVersion) || a.version - b.version).at(-1)
    if (flavour === undefined || newest === undefined) return []
    const wanted = formatPackageName(newest.release, format)
    return [
      {
        name: `kmend-livepatch-${flavour}`,
        version: `${newest.kernelVersion.replaceAll('-', '.')}.${newest.version}`,
        summary: `live patches for the newest kernel of the flavour ${flavour}`,
        description: [
          `This package has no files. It depends on the live patch for the kernel that linux-image-${flavour} names, now ${newest.release}, and follows it to the next one.`,
        ],
        licence: 'GPL-2.0-only',
        depends: [`${wanted} (>= ${newest.version})`],
        requires: [`${wanted} >= ${newest.version}`],
        tree: { files: [], folders: [] },
        scripts: {},
      },
    ]
  })
}
