import { Fault } from '../base/mod.ts'
import { BUNDLE_KINDS, type BundleKind, isTitle } from '../bundle/mod.ts'

/** A bundle in a tier, as its role's metadata describes it to hosts (`custom.kmend`): docs/formats/repository.md, clause 5. */
export interface Offer {
  readonly schema: typeof OFFER_SCHEMA
  readonly name: string
  /** Only grows within a tier. */
  readonly version: number
  readonly release: string
  readonly buildId: string
  readonly packageVersion: string
  readonly arch: string
  readonly kind: BundleKind
  readonly title: string
  /** Of the module without its signature. */
  readonly moduleSha256: string
  readonly isSigned: boolean
  /** When it first came into the repository, and when into this tier. */
  readonly publishedMs: number
  readonly sinceMs: number
  readonly urgency: Urgency
  /** Set when it must not be applied any more. */
  readonly retracted?: Retraction
}

/** Of what a version fixes beyond the one before it. */
export interface Urgency {
  /** The highest base score; null when nobody has scored any of it. */
  readonly cvss: number | null
  readonly knownExploited: boolean
}

export interface Retraction {
  readonly sinceMs: number
  readonly reason: string
  /** Whether hosts that have it in force shall go back to the version before. */
  readonly stepBack: boolean
}

export const OFFER_SCHEMA = 'kmend/offer/1'

/** The `custom` of a target. Canonical JSON has no fractions, so the score is text there. */
export function formatOffer(offer: Offer): { readonly kmend: unknown } {
  const { cvss, knownExploited } = offer.urgency
  return { kmend: { ...offer, urgency: { cvss: cvss === null ? null : cvss.toFixed(1), knownExploited } } }
}

/** From the `custom` of a target. Faults: trust/metadata. */
export function parseOffer(custom: unknown, target: string): Offer {
  const { kmend: offer } = isRecord(custom) ? custom : {}
  if (isOffer(offer)) {
    const { cvss, knownExploited } = offer.urgency
    return { ...offer, urgency: { cvss: cvss === null ? null : Number(cvss), knownExploited } }
  }
  throw new Fault('trust/metadata', `Cannot read the offer of ${target}: it is not of the form ${OFFER_SCHEMA}`, {
    in: target,
    try: 'tell the publisher; a newer kmend may be needed',
  })
}

type OfferAsWritten = Omit<Offer, 'urgency'> & { readonly urgency: { readonly cvss: string | null; readonly knownExploited: boolean } }

function isOffer(value: unknown): value is OfferAsWritten {
  if (!isRecord(value) || value['schema'] !== OFFER_SCHEMA) return false
  const { name, version, kind, urgency, retracted } = value
  const texts = ['release', 'buildId', 'packageVersion', 'arch', 'title', 'moduleSha256'].every((key) => isTitle(value[key]))
  const times = ['publishedMs', 'sinceMs'].every((key) => isCount(value[key]))
  return (
    texts &&
    times &&
    typeof name === 'string' &&
    /^\w{1,55}$/.test(name) && // it becomes part of paths
    isCount(version) &&
    version > 0 &&
    typeof value['isSigned'] === 'boolean' &&
    BUNDLE_KINDS.some((known) => known === kind) &&
    isUrgency(urgency) &&
    (retracted === undefined || isRetraction(retracted))
  )
}

function isUrgency(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { cvss, knownExploited } = value
  return (
    (cvss === null || (typeof cvss === 'string' && /^(\d|10)\.\d$/.test(cvss) && Number(cvss) <= 10)) && typeof knownExploited === 'boolean'
  )
}

function isRetraction(value: unknown): boolean {
  return isRecord(value) && isCount(value['sinceMs']) && isTitle(value['reason']) && typeof value['stepBack'] === 'boolean'
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
