import type { Manifest } from '../../core/bundle/mod.ts'
import {
  type Change,
  type Repository,
  offersOf,
  planData,
  planPromote,
  planPublish,
  planRenew,
  planRetract,
  targetFile,
} from '../../core/trust/mod.ts'
import type { RetractWish } from '../../core/trust/mod.ts'
import { type ActOutcome, act } from './act.ts'
import type { RepoPorts } from './ports.ts'
import { type Publisher, circumstancesOf } from './publisher.ts'
import { readDataWish } from './read-data.ts'
import { describeBundle } from './describe-bundle.ts'
import { mapLimited, readNeeded } from './read-repository.ts'

export interface PublishRequest {
  readonly bundles: readonly string[]
  /** Up to which tier; the first one when undefined. */
  readonly tier: string | undefined
}

/** Brings bundles into the first tier, or up to a later one. Faults: those of `act`; bundle/damaged. */
export async function publishBundles(folder: string, { bundles, tier }: PublishRequest, ports: RepoPorts): Promise<ActOutcome> {
  const read = await mapLimited(bundles, async (path) => describeBundle(await ports.files.readBytes(path), path, ports))
  const releases = [...new Set(read.map(({ manifest }) => manifest.kernel.release))]
  const plan = async (repository: Repository, publisher: Publisher) => {
    const newest = await newestManifests(repository, publisher, ports)
    const wish = { bundles: read, tier: tier ?? repository.root.signed.kmend.tiers[0] ?? '', newest }
    return planPublish(repository, wish, circumstancesOf(publisher, ports))
  }
  const digests = new Set(read.map(({ sha256 }) => sha256))
  const isThis = (change: Change) =>
    isOf(change, 'publish', tier) && change.bundles.length === digests.size && change.bundles.every(({ sha256 }) => digests.has(sha256))
  return act(folder, { wanted: releases, plan, isThis }, ports)
}

function isOf(change: Change, name: Change['act'], tier: string | undefined): boolean {
  return change.act === name && (tier === undefined || change.documents.some(({ role }) => role === tier))
}

/** Of the first tier: what comes next must hold what they hold. */
async function newestManifests({ root, kernels }: Repository, { store }: Publisher, ports: RepoPorts): Promise<Map<string, Manifest>> {
  const [first = ''] = root.signed.kmend.tiers
  const found = await mapLimited([...kernels], async ([release, area]): Promise<readonly (readonly [string, Manifest])[]> => {
    const newest = offersOf(area, first).at(-1)
    if (newest === undefined) return []
    const file = targetFile(area.path, newest.target, newest.sha256)
    return [[release, describeBundle(await readNeeded(file, store), file, ports).manifest]]
  })
  return new Map(found.flat())
}

export interface Choice {
  /** Kernels that it is about; all that have the bundle when undefined. */
  readonly release: string | undefined
}

function wantedBy({ release }: Choice) {
  return release === undefined ? 'all' : [release]
}

export async function promoteBundle(
  folder: string,
  wish: Choice & { readonly name: string; readonly tier: string },
  ports: RepoPorts,
): Promise<ActOutcome> {
  const plan = (repository: Repository, publisher: Publisher) => planPromote(repository, wish, circumstancesOf(publisher, ports))
  const isThis = (change: Change) => isOf(change, 'promote', wish.tier) && change.bundles.every((bundle) => bundle.name === wish.name)
  return act(folder, { wanted: wantedBy(wish), plan, isThis }, ports)
}

export async function retractBundle(folder: string, wish: Choice & RetractWish, ports: RepoPorts): Promise<ActOutcome> {
  const plan = (repository: Repository, publisher: Publisher) => planRetract(repository, wish, circumstancesOf(publisher, ports))
  const isThis = (change: Change) => isOf(change, 'retract', wish.tier) && change.bundles.every((bundle) => bundle.name === wish.name)
  return act(folder, { wanted: wantedBy(wish), plan, isThis }, ports)
}

/** Signs anew what expires soon. */
export async function renewRepository(folder: string, { withinMs }: { readonly withinMs: number }, ports: RepoPorts): Promise<ActOutcome> {
  const plan = (repository: Repository, publisher: Publisher) => planRenew(repository, { withinMs }, circumstancesOf(publisher, ports))
  return act(folder, { wanted: 'all', plan }, ports)
}

/** Until when a kernel gets live patches, and what is known to be wrong with it. Faults: those of `act`; host/lifecycle, trust/metadata. */
export async function publishData(
  folder: string,
  request: { readonly release: string; readonly lifecycle: string | undefined; readonly vulnerabilities: string | undefined },
  ports: RepoPorts,
): Promise<ActOutcome> {
  const wish = await readDataWish(request, ports)
  const plan = (repository: Repository, publisher: Publisher) => planData(repository, wish, circumstancesOf(publisher, ports))
  return act(folder, { wanted: [request.release], plan }, ports)
}
