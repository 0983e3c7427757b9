import { Fault, hexFromBytes } from '../../core/base/mod.ts'
import { parseVerifierKey } from '../../core/log/mod.ts'
import { type Repository, canonicalText, keysOfRole, planKeys, planLogKey, rolesOf } from '../../core/trust/mod.ts'
import { type ActOutcome, act } from './act.ts'
import { verifierKeyOf } from './append-to-log.ts'
import type { PublicRoleKey, RepoPorts } from './ports.ts'
import { type Publisher, circumstancesOf, openPublisher, publisherPaths } from './publisher.ts'
import { readOwn } from './seen.ts'

export interface RoleListing {
  readonly role: string
  readonly threshold: number
  readonly keys: readonly {
    readonly id: string
    /** Its file, when its private half is here. */
    readonly file: string | null
  }[]
}

/** Which keys have the say over what, and which of them are here. */
export async function listKeys(folder: string, ports: RepoPorts): Promise<RoleListing[]> {
  const publisher = await openPublisher(folder, ports)
  const repository = await readOwn([], publisher, ports)
  return describeKeys(repository, publisher, ports)
}

/** No role of TUF's, but it has a key, too. */
const LOG = 'log'

export function describeKeys(repository: Repository, { keys }: Publisher, { sha256 }: RepoPorts): RoleListing[] {
  const { key } = parseVerifierKey(repository.root.signed.kmend.log.key, (content) => Uint8Array.fromHex(sha256(content)))
  const ofLog = sha256(canonicalText({ keytype: 'ed25519', scheme: 'ed25519', keyval: { public: hexFromBytes(key) } }))
  const roles = rolesOf(repository).map((role) => ({ role, keyids: [], threshold: 1, ...keysOfRole(repository, role) }))
  return [...roles, { role: LOG, keyids: [ofLog], threshold: 1 }].map(({ role, threshold, keyids }) => ({
    role,
    threshold,
    keys: keyids.map((id) => ({ id, file: keys.find((one) => one.id === id)?.file ?? null })),
  }))
}

/** Makes a key that has no say over anything yet. Faults: repo/exists. */
export async function newKey(file: string, { keys }: RepoPorts): Promise<PublicRoleKey> {
  return keys.make(file)
}

export interface KeyChange {
  readonly role: string
  /** A file with its public or its private half. */
  readonly add?: string | undefined
  /** Its id, or the beginning of it. */
  readonly remove?: string | undefined
  readonly threshold?: number | undefined
}

/** Gives a key the say over a role, takes it away, or sets how many must sign. Faults: those of `act`. */
export async function changeKeys(folder: string, { role, add, remove, threshold }: KeyChange, ports: RepoPorts): Promise<ActOutcome> {
  const added = add === undefined ? [] : [await ports.keys.readPublic(add)]
  const plan = (repository: Repository, publisher: Publisher) => {
    const removed = remove === undefined ? [] : [fullId(remove, keysOfRole(repository, role)?.keyids ?? [], role)]
    return planKeys(repository, { role, add: added, remove: removed, threshold }, circumstancesOf(publisher, ports))
  }
  return act(folder, { wanted: 'all', plan }, ports)
}

/**
 * Makes a new key for a role, or for the log, which takes the place of another: of the only one, or of the one that is named. The old one signs, too, where it is here.
 * Faults: those of `act`.
 */
export async function rotateKey(
  folder: string,
  { role, remove }: { readonly role: string; readonly remove?: string | undefined },
  ports: RepoPorts,
): Promise<ActOutcome> {
  const made = ports.keys.draft(
    publisherPaths(folder).key(`${role}-${new Date(ports.nowMs()).toISOString().slice(0, 19).replaceAll(/\D/g, '')}`),
  )
  const plan = (repository: Repository, publisher: Publisher) => {
    const circumstances = circumstancesOf(publisher, ports)
    if (role === LOG) return planLogKey(repository, verifierKeyOf(repository.root.signed.kmend.log.origin, made, ports), circumstances)
    const had = keysOfRole(repository, role)?.keyids ?? []
    const former = remove === undefined ? theOnly(had, role) : fullId(remove, had, role)
    return planKeys(repository, { role, add: [made], remove: [former], threshold: undefined }, circumstances)
  }
  return act(folder, { wanted: 'all', plan, newKey: made }, ports)
}

function theOnly(ids: readonly string[], role: string): string {
  const [id] = ids
  if (id !== undefined && ids.length === 1) return id
  throw new Fault('repo/unknown', `Cannot rotate the key of ${role}: it has ${ids.length} keys`, {
    try: ids.length === 0 ? 'kmend repo key list names the roles' : '--key names the one whose place is taken: kmend repo key list',
  })
}

function fullId(given: string, ids: readonly string[], role: string): string {
  const found = ids.filter((id) => id.startsWith(given.toLowerCase()))
  const [id] = found
  if (id !== undefined && found.length === 1) return id
  throw new Fault('repo/unknown', `Cannot find the key ${given} of ${role}: ${found.length === 0 ? 'it has none' : 'several begin so'}`, {
    try: 'kmend repo key list',
  })
}
