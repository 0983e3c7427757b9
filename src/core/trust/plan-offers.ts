import { type Act, type BundleName, type Document, type NewFile, type Planned, type Refusal, planCatalogue, reviseArea } from './change.ts'
import type { ListedKernel } from './kernels.ts'
import { type Area, type Circumstances, type Repository, type TierOffer, offersOf, targetsOf } from './repository.ts'

/** What some tiers of a kernel are to offer, all of it, and the files that come with it. */
export interface AreaChange {
  readonly area: Area
  /** By tier. */
  readonly offers: ReadonlyMap<string, readonly TierOffer[]>
  readonly files: readonly NewFile[]
}

export interface OfferChange {
  readonly act: Act
  readonly reason: string | null
  readonly bundles: readonly BundleName[]
  readonly edits: readonly AreaChange[]
}

/** Other offers in the tiers of some kernels, and the catalogue that says so. */
export function planOffers(
  repository: Repository,
  { act, reason, bundles, edits }: OfferChange,
  means: Circumstances & { readonly sha256: (text: string) => string },
): Planned {
  const { tiers } = repository.root.signed.kmend
  const documents = edits.flatMap(({ area, offers }): Document[] =>
    reviseArea(area, { roles: Object.fromEntries([...offers].map(([tier, all]) => [tier, targetsOf(all)])) }, means),
  )
  const listed = edits.reduce<readonly ListedKernel[]>(
    (all, { area, offers }) => listKernel(all, area, { offers, tiers }),
    repository.listed,
  )
  const catalogue = planCatalogue(repository, listed, { circumstances: means, sha256: means.sha256 })
  return {
    kind: 'planned',
    change: {
      act,
      atMs: means.nowMs,
      reason,
      bundles,
      documents: [...documents, ...catalogue.documents],
      files: [...edits.flatMap(({ files }) => files), ...catalogue.files],
    },
  }
}

export function unknownTier(tier: string, tiers: readonly string[]): Refusal {
  return { code: 'repo/unknown', text: `there is no tier ${tier}: there is ${tiers.join(', ')}` }
}

/** The catalogue's entry of a kernel whose tiers have changed. */
function listKernel(
  listed: readonly ListedKernel[],
  area: Area,
  { offers, tiers }: { readonly offers: ReadonlyMap<string, readonly TierOffer[]>; readonly tiers: readonly string[] },
): ListedKernel[] {
  const newest = (tier: string) => {
    const last = (offers.get(tier) ?? offersOf(area, tier)).findLast(({ offer }) => offer.retracted === undefined)?.offer
    return last === undefined ? null : { name: last.name, version: last.version }
  }
  const [known] = [...offers.values()].flat()
  if (known === undefined) return [...listed]
  const { release, packageVersion, buildId, arch } = known.offer
  const former = listed.find((entry) => entry.release === release)
  const entry: ListedKernel = {
    release,
    packageVersion,
    buildId,
    arch,
    from: former?.from ?? null,
    until: former?.until ?? null,
    tiers: Object.fromEntries(tiers.map((tier) => [tier, newest(tier)])),
  }
  return [...listed.filter((other) => other.release !== release), entry]
}
