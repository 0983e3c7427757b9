import { type Change, type Document, type Planned, planCatalogue, refuse } from './change.ts'
import { CATALOGUE, DATA_ROLES, isPathPart } from './layout.ts'
import { type Key, type Root, SPEC_VERSION, TOP_ROLES } from './metadata.ts'
import { type Circumstances, type Repository, expiry, makeDelegations, newArea } from './repository.ts'

export interface InitWish {
  readonly tiers: readonly string[]
  /** By role: of the top roles, the tiers, the data roles and `kernels`. */
  readonly keys: Readonly<Record<string, { readonly id: string; readonly key: Key }>>
  readonly log: { readonly origin: string; readonly key: string }
}

/** Roles that have keys, beside the tiers. */
export const OTHER_ROLES = [...TOP_ROLES, 'kernels', ...DATA_ROLES] as const

/** What speaks against these tiers. */
export function checkTiers(tiers: readonly string[]): string[] {
  return [
    ...(tiers.length === 0 ? ['there must be a tier'] : []),
    ...tiers
      .filter((tier) => !/^[a-z][a-z0-9-]{0,31}$/.test(tier) || !isPathPart(tier))
      .map((tier) => `${JSON.stringify(tier)} cannot be the name of a tier: lower-case letters, digits and -`),
    ...tiers
      .filter((tier) => [...OTHER_ROLES, 'log', 'all', CATALOGUE].some((taken) => taken === tier))
      .map((tier) => `${tier} cannot be the name of a tier: it means something else`),
    ...tiers.filter((tier, at) => tiers.indexOf(tier) !== at).map((tier) => `${tier} stands twice`),
  ]
}

/** A repository with no kernels, one key to each role. */
export function planInit(
  { tiers, keys, log }: InitWish,
  circumstances: Circumstances & { readonly sha256: (text: string) => string },
): Planned {
  const wrong = checkTiers(tiers)
  if (wrong.length > 0) return refuse(wrong.map((text) => ({ code: 'repo/settings', text })))
  const { nowMs, lifetimes } = circumstances
  const ids = (role: string) => ({ keyids: keys[role] === undefined ? [] : [keys[role].id], threshold: 1 })
  const known = Object.fromEntries(Object.values(keys).map(({ id, key }) => [id, key]))
  const top = new Set<string>(TOP_ROLES.map((role) => keys[role]?.id ?? ''))
  const root: Root = {
    _type: 'root',
    spec_version: SPEC_VERSION,
    version: 1,
    expires: expiry(nowMs, lifetimes.rootMs),
    consistent_snapshot: true,
    keys: Object.fromEntries(Object.entries(known).filter(([id]) => top.has(id))),
    roles: { root: ids('root'), targets: ids('targets'), snapshot: ids('snapshot'), timestamp: ids('timestamp') },
    kmend: { schema: 'kmend/root/1', tiers, log },
  }
  const ofKernels = makeDelegations(
    [...tiers, ...DATA_ROLES].map((name) => ({ name, ...ids(name) })),
    known,
  )
  const fresh = newArea(CATALOGUE, makeDelegations([{ name: 'kernels', ...ids('kernels') }], known), circumstances)
  const targets = { ...fresh.targets.signed, kmend: { repository: CATALOGUE, delegations: ofKernels } }
  const catalogue = { ...fresh, targets: { signatures: [], signed: targets } }
  const document: Document<Root> = { repository: '*', role: 'root', metadata: { signatures: [], signed: root }, before: null }
  const repository: Repository = { root: document.metadata, catalogue, listed: [], kernels: new Map() }
  const { documents, files } = planCatalogue(repository, [], { circumstances, sha256: circumstances.sha256 })
  const change: Change = { act: 'init', atMs: nowMs, reason: null, bundles: [], documents: [document, ...documents], files }
  return { kind: 'planned', change }
}

/** A kernel that comes into the repository: an area with what the catalogue has every kernel delegate. */
export function newKernelArea(path: string, { catalogue }: Repository, circumstances: Circumstances) {
  const { delegations } = catalogue.targets.signed.kmend
  return newArea(path, delegations ?? { keys: {}, roles: [] }, circumstances)
}
