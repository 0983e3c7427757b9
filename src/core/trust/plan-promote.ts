import { isTitle } from '../bundle/mod.ts'
import { type BundleName, type Planned, type Refusal, refuse } from './change.ts'
import { bundleTarget, targetFile } from './layout.ts'
import { type AreaChange, planOffers, unknownTier } from './plan-offers.ts'
import { highest } from './plan-publish.ts'
import type { Offer, Retraction } from './offer.ts'
import { type Area, type Circumstances, type Repository, type TierOffer, hasRoom, offersOf, releaseOf } from './repository.ts'

type Means = Circumstances & { readonly sha256: (text: string) => string }

/** A bundle comes into the next tier, for every kernel of the repository, as read, that has one of that name. */
export function planPromote(
  repository: Repository,
  { name, tier }: { readonly name: string; readonly tier: string },
  means: Means,
): Planned {
  const { tiers } = repository.root.signed.kmend
  const at = tiers.indexOf(tier)
  if (at < 0) return refuse([unknownTier(tier, tiers)])
  const before = tiers[at - 1]
  if (before === undefined)
    return refuse([{ code: 'repo/order', text: `${tier} is the first tier: kmend repo publish brings bundles into it` }])
  const having = havingBundle(repository, name, tiers)
  const refusals = having.length === 0 ? [unknownBundle(name)] : having.flatMap((area) => checkPromotion(area, { name, tier, before }))
  if (refusals.length > 0) return refuse(refusals)

  const edits = having.map((area): AreaChange => {
    const found = findOffer(area, before, name) as TierOffer
    const there = offersOf(area, tier)
    const passed = offersOf(area, before).filter(
      ({ offer }) => offer.version > (there.at(-1)?.offer.version ?? 0) && offer.version <= found.offer.version,
    )
    const offer = { ...found.offer, sinceMs: means.nowMs, urgency: highest(passed.map((one) => one.offer.urgency)) }
    const target = bundleTarget(tier, name)
    const { sha256, sizeBytes } = found
    const from = { kind: 'stored', path: targetFile(area.path, found.target, sha256) } as const
    return {
      area,
      offers: new Map([[tier, [...there, { target, offer, sha256, sizeBytes }]]]),
      files: [{ path: targetFile(area.path, target, sha256), sha256, sizeBytes, from }],
    }
  })
  return planOffers(repository, { act: 'promote', reason: null, bundles: namesIn(edits, name), edits }, means)
}

export interface RetractWish {
  readonly name: string
  /** Undefined for all that it is in. */
  readonly tier: string | undefined
  readonly reason: string
  readonly stepBack: boolean
}

/** A bundle is offered no more, and says why. */
export function planRetract(repository: Repository, { name, tier, reason, stepBack }: RetractWish, means: Means): Planned {
  const { tiers } = repository.root.signed.kmend
  if (tier !== undefined && !tiers.includes(tier)) return refuse([unknownTier(tier, tiers)])
  const within = tier === undefined ? tiers : [tier]
  const having = havingBundle(repository, name, within)
  const retracted: Retraction = { sinceMs: means.nowMs, reason, stepBack }
  const edits = having.flatMap((area): AreaChange[] => {
    const changed = within.filter((one) => isOffered(findOffer(area, one, name)))
    const offers = changed.map((one) => {
      const edit = (entry: TierOffer) => (entry.offer.name === name ? { ...entry, offer: { ...entry.offer, retracted } } : entry)
      return [one, offersOf(area, one).map(edit)] as const
    })
    return changed.length === 0 ? [] : [{ area, offers: new Map(offers), files: [] }]
  })
  const refusals: Refusal[] = [
    ...(having.length === 0 ? [unknownBundle(name, tier)] : []),
    ...(having.length > 0 && edits.length === 0 ? [{ code: 'repo/order' as const, text: `${name} is retracted already` }] : []),
    ...(reason.trim() === '' || !isTitle(reason)
      ? [{ code: 'repo/order' as const, text: 'the reason must be one line of 1 to 200 characters, none of which steers a terminal' }]
      : []),
  ]
  if (refusals.length > 0) return refuse(refusals)
  return planOffers(repository, { act: 'retract', reason, bundles: namesIn(edits, name), edits }, means)
}

/** The bundles of a name, which may be others for each kernel. */
function namesIn(edits: readonly AreaChange[], name: string): readonly BundleName[] {
  const bundles = edits.flatMap(({ offers }) => [...offers.values()].flat().filter(({ offer }) => offer.name === name))
  return [...new Set(bundles.map(({ sha256 }) => sha256))].map((sha256) => ({ name, sha256 }))
}

function checkPromotion(
  area: Area,
  { name, tier, before }: { readonly name: string; readonly tier: string; readonly before: string },
): Refusal[] {
  const release = releaseOf(area)
  const order = (text: string): Refusal => ({ code: 'repo/order', text: `${name} for ${release} ${text}` })
  const found = findOffer(area, before, name)?.offer
  const there = offersOf(area, tier)
  if (there.some(({ offer }) => offer.name === name)) return [order(`is in ${tier} already`)]
  if (found === undefined) return [order(`is not in ${before}, the tier before ${tier}`)]
  const highestThere = there.at(-1)?.offer
  return [
    ...(found.retracted === undefined ? [] : [order(`is retracted from ${before}: ${found.retracted.reason}`)]),
    ...(highestThere === undefined || found.version > highestThere.version
      ? []
      : [order(`has version ${found.version}, and ${tier} has version ${highestThere.version}, ${highestThere.name}, already`)]),
    ...(!hasRoom(area, tier, 1) ? [{ code: 'repo/full' as const, text: `${tier} of ${release} is full` }] : []),
  ]
}

function havingBundle({ kernels }: Repository, name: string, tiers: readonly string[]): Area[] {
  return [...kernels.values()].filter((area) => tiers.some((tier) => findOffer(area, tier, name) !== undefined))
}

function findOffer(area: Area, tier: string, name: string): TierOffer | undefined {
  return offersOf(area, tier).find(({ offer }: { readonly offer: Offer }) => offer.name === name)
}

function isOffered(entry: TierOffer | undefined): boolean {
  return entry !== undefined && entry.offer.retracted === undefined
}

function unknownBundle(name: string, tier?: string): Refusal {
  return {
    code: 'repo/unknown',
    text: tier === undefined ? `no kernel here has a bundle ${name}` : `no kernel here has ${name} in ${tier}`,
  }
}
