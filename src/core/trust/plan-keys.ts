import { type Document, type Planned, type Refusal, refuse, reviseArea, revise } from './change.ts'
import { type Delegations, type Key, type Root, type RoleKeys, TOP_ROLES, type TopRole } from './metadata.ts'
import { type Circumstances, type Repository, areasOf, expiry } from './repository.ts'

export interface KeyWish {
  /** A top role, a tier, a data role or `kernels`. */
  readonly role: string
  readonly add: readonly { readonly id: string; readonly key: Key }[]
  /** Ids. */
  readonly remove: readonly string[]
  /** How many must sign; as it is when undefined. */
  readonly threshold: number | undefined
}

/** Other keys for a role. All kernels must have been read: they share their keys. What the role has said is signed anew by those that have the say now. */
export function planKeys(repository: Repository, wish: KeyWish, circumstances: Circumstances): Planned {
  const top = TOP_ROLES.find((role) => role === wish.role)
  const keys = keysOfRole(repository, wish.role)
  if (keys === undefined) return refuse([unknownRole(repository, wish.role)])
  const edited = editKeys(keys, wish)
  if ('refusals' in edited) return refuse(edited.refusals)
  const documents =
    top === undefined
      ? editDelegations(repository, { ...wish, keys: edited }, circumstances)
      : [editRoot(repository, { ...wish, role: top, keys: edited }, circumstances), ...signAnew(repository, top, circumstances)]
  return { kind: 'planned', change: { act: 'keys', atMs: circumstances.nowMs, reason: null, bundles: [], documents, files: [] } }
}

/** Another key for the log, as root names it (`kmend.log.key`). */
export function planLogKey({ root }: Repository, key: string, { nowMs, lifetimes }: Circumstances): Planned {
  const { kmend } = root.signed
  const metadata = revise(root, { kmend: { ...kmend, log: { ...kmend.log, key } } }, expiry(nowMs, lifetimes.rootMs))
  const document: Document<Root> = { repository: '*', role: 'root', metadata, before: root }
  return { kind: 'planned', change: { act: 'keys', atMs: nowMs, reason: null, bundles: [], documents: [document], files: [] } }
}

/** Undefined when there is no such role. */
export function keysOfRole({ root, catalogue }: Repository, role: string): RoleKeys | undefined {
  const top = TOP_ROLES.find((one) => one === role)
  if (top !== undefined) return root.signed.roles[top]
  const { delegations, kmend } = catalogue.targets.signed
  return [...(delegations?.roles ?? []), ...(kmend.delegations?.roles ?? [])].find(({ name }) => name === role)
}

/** Every role that has keys, top roles first. */
export function rolesOf({ catalogue }: Repository): string[] {
  const { delegations, kmend } = catalogue.targets.signed
  return [...TOP_ROLES, ...(delegations?.roles ?? []).map(({ name }) => name), ...(kmend.delegations?.roles ?? []).map(({ name }) => name)]
}

function unknownRole(repository: Repository, role: string): Refusal {
  return { code: 'repo/unknown', text: `there is no role ${role}: there is ${rolesOf(repository).join(', ')}` }
}

function editKeys(
  { keyids, threshold }: RoleKeys,
  { role, add, remove, threshold: wanted }: KeyWish,
): RoleKeys | { readonly refusals: readonly Refusal[] } {
  const after = [...keyids.filter((id) => !remove.includes(id)), ...add.map(({ id }) => id)]
  const needed = wanted ?? threshold
  const texts = [
    ...add.filter(({ id }) => keyids.includes(id)).map(({ id }) => `${role} has the key ${id} already`),
    ...remove.filter((id) => !keyids.includes(id)).map((id) => `${role} has no key ${id}`),
    ...(Number.isSafeInteger(needed) && needed >= 1 ? [] : [`${needed} is no number of signatures`]),
    ...(needed > after.length ? [`${role} would have ${after.length} keys, and ${needed} must sign`] : []),
  ]
  return texts.length === 0 ? { keyids: after, threshold: needed } : { refusals: texts.map((text) => ({ code: 'repo/order', text })) }
}

interface Edit {
  readonly add: KeyWish['add']
  readonly keys: RoleKeys
}

function editRoot(
  { root }: Repository,
  { role, add, keys }: Edit & { readonly role: TopRole },
  { nowMs, lifetimes }: Circumstances,
): Document<Root> {
  const roles = { ...root.signed.roles, [role]: keys }
  const edit = { roles, keys: keysIn(Object.values(roles), root.signed.keys, add) }
  return { repository: '*', role: 'root', metadata: revise(root, edit, expiry(nowMs, lifetimes.rootMs)), before: root }
}

/** What a top role has said so far, for its new keys. Timestamps are signed with every publication. */
function signAnew(repository: Repository, role: TopRole, circumstances: Circumstances): Document[] {
  if (role === 'root' || role === 'timestamp') return []
  return areasOf(repository).flatMap((area) => reviseArea(area, role === 'targets' ? { targets: {} } : {}, circumstances))
}

function editDelegations(
  repository: Repository,
  { role, add, keys }: Edit & { readonly role: string },
  circumstances: Circumstances,
): Document[] {
  const edited = (delegations: Delegations | undefined): Delegations => {
    const roles = (delegations?.roles ?? []).map((one) => (one.name === role ? { ...one, ...keys } : one))
    return { roles, keys: keysIn(roles, delegations?.keys ?? {}, add) }
  }
  const { catalogue } = repository
  const { delegations, kmend } = catalogue.targets.signed
  if (role === 'kernels')
    return reviseArea(catalogue, { roles: { kernels: undefined }, targets: { delegations: edited(delegations) } }, circumstances)
  return [
    ...[...repository.kernels.values()].flatMap((area) => {
      const roles = area.roles[role] === undefined ? {} : { [role]: undefined }
      return reviseArea(area, { roles, targets: { delegations: edited(area.targets.signed.delegations) } }, circumstances)
    }),
    ...reviseArea(catalogue, { targets: { kmend: { ...kmend, delegations: edited(kmend.delegations) } } }, circumstances),
  ]
}

/** Those that roles still name. */
function keysIn(roles: readonly RoleKeys[], known: Readonly<Record<string, Key>>, add: KeyWish['add']): Record<string, Key> {
  const used = new Set(roles.flatMap(({ keyids }) => keyids))
  const all = [...Object.entries(known), ...add.map(({ id, key }) => [id, key] as const)]
  return Object.fromEntries(all.filter(([id]) => used.has(id)))
}
