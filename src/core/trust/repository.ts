import {
  type Delegations,
  type Key,
  type Metadata,
  type Root,
  type Snapshot,
  type Targets,
  type Timestamp,
  SPEC_VERSION,
} from './metadata.ts'
import type { ListedKernel } from './kernels.ts'
import { CATALOGUE, MAX_TARGETS, kernelRepository } from './layout.ts'
import { type Offer, formatOffer, parseOffer } from './offer.ts'

/** A repository as its publisher sees it: the newest of everything, as far as it was read. */
export interface Repository {
  readonly root: Metadata<Root>
  readonly catalogue: Area
  /** What the catalogue says of each kernel. */
  readonly listed: readonly ListedKernel[]
  /** By release; a kernel that is not here was not read, or is not in the repository. */
  readonly kernels: ReadonlyMap<string, Area>
}

/** One TUF repository of it: of a kernel release, or the catalogue. */
export interface Area {
  readonly path: string
  /** Absent in one that is not published yet. */
  readonly timestamp?: Metadata<Timestamp>
  readonly snapshot: Metadata<Snapshot>
  readonly targets: Metadata<Targets>
  /** Delegated roles by name; one that has had nothing yet is not here. */
  readonly roles: Readonly<Record<string, Metadata<Targets>>>
}

/** How long what is signed lives, in milliseconds. */
export interface Lifetimes {
  readonly rootMs: number
  readonly targetsMs: number
  readonly snapshotMs: number
  readonly timestampMs: number
  readonly carriedMs: number
  readonly dataMs: number
}

/** What a planner knows beside the repository. */
export interface Circumstances {
  readonly nowMs: number
  readonly lifetimes: Lifetimes
}

export function expiry(nowMs: number, lifeMs: number): string {
  return new Date(nowMs + lifeMs).toISOString().replace(/\.\d+Z$/, 'Z')
}

export interface TierOffer {
  readonly target: string
  readonly offer: Offer
  readonly sha256: string
  readonly sizeBytes: number
}

/** What a tier offers, by version. Faults: trust/metadata. */
export function offersOf(area: Area | undefined, tier: string): TierOffer[] {
  const targets = Object.entries(area?.roles[tier]?.signed.targets ?? {})
  return targets
    .map(([target, { length, hashes, custom }]) => ({
      target,
      offer: parseOffer(custom, target),
      sha256: hashes.sha256,
      sizeBytes: length,
    }))
    .toSorted((a, b) => a.offer.version - b.offer.version)
}

/** The targets of a tier's role, from its offers. */
export function targetsOf(offers: readonly TierOffer[]): Targets['targets'] {
  return Object.fromEntries(
    offers.map(({ target, offer, sha256, sizeBytes }) => [target, { length: sizeBytes, hashes: { sha256 }, custom: formatOffer(offer) }]),
  )
}

export function hasRoom(area: Area | undefined, tier: string, more: number): boolean {
  return offersOf(area, tier).length + more <= MAX_TARGETS
}

/** A kernel's area that nobody has published yet: version 1 of all, not signed. */
export function newArea(path: string, delegations: Delegations, { nowMs, lifetimes }: Circumstances): Area {
  const kmend = { repository: path }
  const common = { spec_version: SPEC_VERSION, version: 1 }
  return {
    path,
    targets: {
      signatures: [],
      signed: { _type: 'targets', ...common, expires: expiry(nowMs, lifetimes.targetsMs), targets: {}, delegations, kmend },
    },
    snapshot: {
      signatures: [],
      signed: {
        _type: 'snapshot',
        ...common,
        expires: expiry(nowMs, lifetimes.snapshotMs),
        meta: { 'targets.json': { version: 1 } },
        kmend,
      },
    },
    roles: {},
  }
}

/** All areas, the catalogue last: what it says of kernels must be there when it says so. */
export function areasOf({ kernels, catalogue }: Repository): Area[] {
  return [...kernels.values(), catalogue]
}

export function areaOf({ kernels, catalogue }: Repository, path: string): Area | undefined {
  return path === CATALOGUE ? catalogue : [...kernels.values()].find((area) => area.path === path)
}

/** Of a kernel's area; of others something that no kernel is called. */
export function releaseOf(area: Pick<Area, 'path'>): string {
  return area.path.slice(kernelRepository('').length)
}

/** Delegations with the keys of some roles, each with the paths below its name. */
export function makeDelegations(
  roles: readonly { readonly name: string; readonly keyids: readonly string[]; readonly threshold: number }[],
  keys: Readonly<Record<string, Key>>,
): Delegations {
  const used = new Set(roles.flatMap(({ keyids }) => keyids))
  return {
    keys: Object.fromEntries(Object.entries(keys).filter(([id]) => used.has(id))),
    roles: roles.map(({ name, keyids, threshold }) => ({ name, keyids, threshold, paths: [`${name}/*`], terminating: true })),
  }
}
