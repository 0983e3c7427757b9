import { type BundleKind, type Manifest, checkCumulative, checkSuccession } from '../bundle/mod.ts'
import { type NewFile, type Planned, type Refusal, refuse } from './change.ts'
import { bundleTarget, isPathPart, kernelRepository, targetFile } from './layout.ts'
import { newKernelArea } from './plan-init.ts'
import { type AreaChange, planOffers, unknownTier } from './plan-offers.ts'
import { OFFER_SCHEMA, type Offer, type Urgency } from './offer.ts'
import { type Area, type Circumstances, type Repository, type TierOffer, hasRoom, offersOf } from './repository.ts'

/** A bundle that is to be published, as it was read. */
export interface NewBundle {
  readonly path: string
  readonly sha256: string
  readonly sizeBytes: number
  readonly manifest: Manifest
  readonly kind: BundleKind
  readonly title: string
  readonly isSigned: boolean
  /** What its advisory says of the CVEs that it fixes. */
  readonly scores: readonly { readonly id: string; readonly cvss: number | null; readonly knownExploited: boolean }[]
}

export interface PublishWish {
  readonly bundles: readonly NewBundle[]
  /** The last tier that they come into; they come into those before it, too. */
  readonly tier: string
  /** The manifest of the newest bundle of the first tier, by release. */
  readonly newest: ReadonlyMap<string, Manifest>
}

type Means = Circumstances & { readonly sha256: (text: string) => string }

/** Bundles come into the first tier, or up to a later one. Those of one kernel follow each other by version. */
export function planPublish(repository: Repository, wish: PublishWish, means: Means): Planned {
  const { tiers } = repository.root.signed.kmend
  if (!tiers.includes(wish.tier)) return refuse([unknownTier(wish.tier, tiers)])
  const into = tiers.slice(0, tiers.indexOf(wish.tier) + 1)
  const releases = Map.groupBy(
    wish.bundles.toSorted((a, b) => versionOf(a.manifest) - versionOf(b.manifest)),
    ({ manifest }) => manifest.kernel.release,
  )
  const refusals: Refusal[] = []
  const areas = new Map([...releases.keys()].map((release) => [release, areaFor(repository, release, means)]))
  for (const [release, bundles] of releases)
    refusals.push(...checkBundles(bundles, { area: areas.get(release), into, newest: wish.newest.get(release) }))
  if (refusals.length > 0) return refuse(refusals)

  const edits = [...releases].map(([release, bundles]) => putInto(areas.get(release) as Area, { bundles, into, wish, means }))
  const bundles = wish.bundles.map(({ manifest, sha256 }) => ({ name: manifest.name, sha256 }))
  return planOffers(repository, { act: 'publish', reason: null, bundles, edits }, means)
}

function areaFor(repository: Repository, release: string, circumstances: Circumstances): Area {
  return repository.kernels.get(release) ?? newKernelArea(kernelRepository(release), repository, circumstances)
}

function versionOf(manifest: Manifest): number {
  return manifest.version ?? 1
}

function checkBundles(
  bundles: readonly NewBundle[],
  { area, into, newest }: { readonly area: Area | undefined; readonly into: readonly string[]; readonly newest: Manifest | undefined },
): Refusal[] {
  const [first = ''] = into
  const there = offersOf(area, first)
  const names = new Map(there.map(({ offer }) => [offer.name, offer]))
  const buildId = there[0]?.offer.buildId
  const order = (text: string): Refusal => ({ code: 'repo/order', text })
  return bundles.flatMap(({ manifest }, at) => {
    const before = at === 0 ? newest : bundles[at - 1]?.manifest
    const { name, kernel } = manifest
    const taken = names.get(name)
    return [
      ...(isPathPart(kernel.release) ? [] : [order(`${JSON.stringify(kernel.release)} cannot be the name of a kernel`)]),
      ...(taken === undefined ? [] : [order(`${name} is published already, as version ${taken.version}: a name is given once`)]),
      ...(buildId === undefined || buildId === kernel.buildId
        ? []
        : [order(`${name} is for another build of ${kernel.release}: ${kernel.buildId}, and this repository has ${buildId}`)]),
      ...(before === undefined || taken !== undefined
        ? []
        : [...checkSuccession(before, manifest, droppedBy(manifest)), ...checkCumulative(before, manifest, droppedBy(manifest))].map(
            (text) => order(`${name}: ${text}`),
          )),
      ...into
        .filter((tier) => !hasRoom(area, tier, at + 1))
        .map((tier): Refusal => ({ code: 'repo/full', text: `${name} does not fit into ${tier} of ${kernel.release}: it is full` })),
    ]
  })
}

function droppedBy({ after }: Manifest): NonNullable<Manifest['after']>['dropped'] {
  return after?.dropped ?? []
}

interface Putting {
  readonly bundles: readonly NewBundle[]
  readonly into: readonly string[]
  readonly wish: PublishWish
  readonly means: Means
}

function putInto(area: Area, { bundles, into, wish, means }: Putting): AreaChange {
  const release = bundles[0]?.manifest.kernel.release ?? ''
  const files: NewFile[] = []
  const roles = into.map((tier, at) => {
    const offers = bundles.map((bundle, index): TierOffer => {
      const { name } = bundle.manifest
      const target = bundleTarget(tier, name)
      const path = targetFile(area.path, target, bundle.sha256)
      const first = targetFile(area.path, bundleTarget(into[0] ?? tier, name), bundle.sha256)
      const from = at === 0 ? ({ kind: 'file', path: bundle.path } as const) : ({ kind: 'stored', path: first } as const)
      files.push({ path, sha256: bundle.sha256, sizeBytes: bundle.sizeBytes, from })
      const before = index === 0 ? wish.newest.get(release) : bundles[index - 1]?.manifest
      return { target, sha256: bundle.sha256, sizeBytes: bundle.sizeBytes, offer: offerOf(bundle, before, means.nowMs) }
    })
    return [tier, [...offersOf(area, tier), ...offers]] as const
  })
  return { area, offers: new Map(roles), files }
}

function offerOf(bundle: NewBundle, before: Manifest | undefined, nowMs: number): Offer {
  const { name, kernel, module } = bundle.manifest
  return {
    schema: OFFER_SCHEMA,
    name,
    version: versionOf(bundle.manifest),
    ...kernel,
    kind: bundle.kind,
    title: bundle.title,
    moduleSha256: module.sha256,
    isSigned: bundle.isSigned,
    publishedMs: nowMs,
    sinceMs: nowMs,
    urgency: urgencyBeyond(bundle, before),
  }
}

/** Of what it fixes beyond the version before it. */
function urgencyBeyond({ scores }: NewBundle, before: Manifest | undefined): Urgency {
  const had = new Set(before?.fixes.cves)
  return highest(scores.filter(({ id }) => !had.has(id)))
}

export function highest(all: readonly { readonly cvss: number | null; readonly knownExploited: boolean }[]): Urgency {
  const known = all.flatMap(({ cvss }) => (cvss === null ? [] : [cvss]))
  return { cvss: known.length === 0 ? null : Math.max(...known), knownExploited: all.some(({ knownExploited }) => knownExploited) }
}
