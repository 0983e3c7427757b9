import { Fault } from '../base/mod.ts'
import { compareDebianVersions } from './debian-version.ts'
import type { Package } from './package-index.ts'
import { type KernelRelease, tryParseRelease } from './release.ts'

/** What the archive offers for one kernel release: the packages of one version that make it a build target, or what is missing. */
export interface KernelOffer {
  readonly release: KernelRelease
  /** Version of the image package: `6.1.190-1`. */
  readonly version: string
  readonly packages: readonly OfferedPackage[]
  /** Names of packages that are not there in the version needed; empty when the kernel is a build target. */
  readonly missing: readonly string[]
}

export type PackageRole = 'image' | 'headers' | 'common' | 'kbuild' | 'source'

export interface OfferedPackage {
  readonly role: PackageRole
  readonly package: Package
}

export function isBuildable(offer: KernelOffer): boolean {
  return offer.missing.length === 0
}

/** Every kernel release for which the index has an image, oldest version first. */
export function listOffers(index: readonly Package[]): KernelOffer[] {
  const byName = Map.groupBy(index, (entry) => entry.name)
  const offers = [...byName.keys()].flatMap((name) => {
    const release = name.startsWith('linux-image-') ? tryParseRelease(name.slice('linux-image-'.length)) : undefined
    const image = release && newest(byName.get(name) ?? [])
    return release !== undefined && image !== undefined ? [offerOf(release, image, byName)] : []
  })
  return offers.toSorted((a, b) => compareDebianVersions(a.version, b.version) || (a.release.release < b.release.release ? -1 : 1))
}

/** The offer for one release. Faults: kernel/not-offered. */
export function findOffer(index: readonly Package[], release: KernelRelease): KernelOffer {
  const offer = listOffers(index).find((candidate) => candidate.release.release === release.release)
  if (offer !== undefined) return offer
  throw new Fault('kernel/not-offered', `Cannot find linux-image-${release.release}: the package archive does not offer it`, {
    try: 'kmend kernel list shows the kernels on offer; the archive keeps only the last few',
  })
}

/** Exactly the packages that Debian's own dependencies name: headers, common headers and source of the image's version, kbuild as the headers ask. */
function offerOf(release: KernelRelease, image: Package, byName: ReadonlyMap<string, readonly Package[]>): KernelOffer {
  const packages: OfferedPackage[] = [{ role: 'image', package: image }]
  const missing: string[] = []
  const want = (role: PackageRole, name: string, found: Package | undefined, relation = '=') => {
    if (found !== undefined) packages.push({ role, package: found })
    else missing.push(`${name} (${relation} ${image.version})`)
    return found
  }
  const exactly = (name: string) => byName.get(name)?.find((candidate) => candidate.version === image.version)
  const headersName = `linux-headers-${release.release}`
  const headers = want('headers', headersName, exactly(headersName))
  if (headers !== undefined) {
    const depends = headers.depends.flatMap((dependency) => dependency.alternatives)
    const commonName =
      depends.find(({ name }) => /^linux-headers-.*-common(-rt)?$/.test(name))?.name ?? `linux-headers-${release.abi}-common`
    want('common', commonName, exactly(commonName))
    const kbuild = depends.find(({ name }) => name.startsWith('linux-kbuild-')) ?? {
      name: `linux-kbuild-${release.line}`,
      relation: '',
      version: '',
    }
    const fitting = (byName.get(kbuild.name) ?? []).filter((candidate) => satisfies(candidate.version, kbuild.relation, kbuild.version))
    want('kbuild', kbuild.name, fitting.find(({ version }) => version === image.version) ?? oldest(fitting), '>=')
  }
  const sourceName = `linux-source-${release.line}`
  want('source', sourceName, exactly(sourceName))
  return { release, version: image.version, packages, missing }
}

function satisfies(version: string, relation: string, wanted: string): boolean {
  const order = compareDebianVersions(version, wanted)
  switch (relation) {
    case '':
      return true
    case '=':
      return order === 0
    case '>=':
      return order >= 0
    case '>>':
      return order > 0
    case '<=':
      return order <= 0
    default:
      return order < 0
  }
}

function newest(packages: readonly Package[]): Package | undefined {
  return packages.toSorted((a, b) => compareDebianVersions(b.version, a.version))[0]
}

function oldest(packages: readonly Package[]): Package | undefined {
  return packages.toSorted((a, b) => compareDebianVersions(a.version, b.version))[0]
}
