import { createHash } from 'node:crypto'
import {
  type Area,
  CATALOGUE,
  type Change,
  type Document,
  type Metadata,
  type NewBundle,
  type Planned,
  type Repository,
  type Root,
  type Snapshot,
  type Targets,
  DATA_ROLES,
  TOP_ROLES,
  parseKernels,
  planInit,
  planPublish,
} from '../../src/core/trust/mod.ts'
import { type BundleWish, makeBundle } from './bundle-specimen.ts'

/** A repository as a value, of which nothing is signed: what plans make of it. */

const DAY_MS = 86_400_000
export const TIERS = ['canary', 'stable'] as const

export const MEANS = {
  nowMs: 1_800_000_000_000,
  lifetimes: {
    rootMs: 365 * DAY_MS,
    targetsMs: 365 * DAY_MS,
    snapshotMs: 90 * DAY_MS,
    timestampMs: DAY_MS,
    carriedMs: 30 * DAY_MS,
    dataMs: 30 * DAY_MS,
  },
  sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
}

/** The public half of some key. */
export function keySpecimen(name: string) {
  const id = MEANS.sha256(name)
  return { id, key: { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: id } } } as const
}

export function emptyRepository(): Repository {
  const keys = Object.fromEntries([...TOP_ROLES, 'kernels', ...DATA_ROLES, ...TIERS].map((role) => [role, keySpecimen(role)]))
  return applyPlan(undefined, planInit({ tiers: TIERS, keys, log: { origin: 'example.org/log', key: 'key' } }, MEANS))
}

/** With bundles that came up to a tier, each after the one before it. */
export function repositoryWith(...wishes: readonly (BundleWish & { readonly tier?: string })[]): Repository {
  return wishes.reduce((repository, { tier = 'canary', ...wish }, at) => {
    const newest = new Map(
      wishes
        .slice(0, at)
        .map((before) => makeBundle(before).manifest)
        .map((one) => [one.kernel.release, one]),
    )
    return applyPlan(repository, planPublish(repository, { bundles: [newBundle(wish)], tier, newest }, MEANS))
  }, emptyRepository())
}

/** What is about to be published, for a kernel that is new. */
export function publication(): Change {
  const planned = planPublish(emptyRepository(), { bundles: [newBundle({})], tier: 'canary', newest: new Map() }, MEANS)
  if (planned.kind === 'refused') throw new Error(planned.refusals.map(({ text }) => text).join('; '))
  return planned.change
}

export function newBundle(wish: BundleWish, scores: NewBundle['scores'] = []): NewBundle {
  const { manifest, bytes } = makeBundle(wish)
  const { kind = 'security', title = 'A fix', isSigned = false } = wish
  return {
    path: `${manifest.name}.kmend`,
    sha256: MEANS.sha256(manifest.name),
    sizeBytes: bytes.length,
    manifest,
    kind,
    title,
    isSigned,
    scores,
  }
}

/** What is there once the change is public. */
export function applyPlan(repository: Repository | undefined, planned: Planned): Repository {
  if (planned.kind === 'refused') throw new Error(planned.refusals.map(({ text }) => text).join('; '))
  const { change } = planned
  const root = change.documents.find(({ role }) => role === 'root')?.metadata as Metadata<Root> | undefined
  const catalogue = applyToArea(repository?.catalogue, change, CATALOGUE)
  const paths = new Set(change.documents.map((document) => document.repository).filter((path) => path.startsWith('kernels/')))
  const kernels = [...paths].map((path) => {
    const release = path.slice('kernels/'.length)
    return [release, applyToArea(repository?.kernels.get(release), change, path)] as const
  })
  const list = change.files.find(({ path }) => path.endsWith('kernels.json'))?.from
  return {
    root: root ?? (repository as Repository).root,
    catalogue,
    listed: list?.kind === 'text' ? parseKernels(list.text) : (repository?.listed ?? []),
    kernels: new Map([...(repository?.kernels ?? []), ...kernels]),
  }
}

function applyToArea(area: Area | undefined, { documents }: Change, path: string): Area {
  const own = documents.filter((document) => document.repository === path)
  const of = (role: string) => own.find((document) => document.role === role)?.metadata
  const roles = own.filter(({ role }) => role !== 'snapshot' && role !== 'targets') as Document<Targets>[]
  const snapshot = (of('snapshot') ?? area?.snapshot) as Metadata<Snapshot>
  return {
    path,
    timestamp: {
      signatures: [],
      signed: {
        _type: 'timestamp',
        spec_version: snapshot.signed.spec_version,
        version: (area?.timestamp?.signed.version ?? 0) + 1,
        expires: new Date(MEANS.nowMs + DAY_MS).toISOString(),
        meta: { 'snapshot.json': { version: snapshot.signed.version, length: 1, hashes: { sha256: '' } } },
        kmend: { repository: path },
      },
    },
    snapshot,
    targets: (of('targets') ?? area?.targets) as Metadata<Targets>,
    roles: { ...area?.roles, ...Object.fromEntries(roles.map(({ role, metadata }) => [role, metadata])) },
  }
}
