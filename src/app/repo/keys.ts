import { type Repository, keysOfRole, planKeys, rolesOf } from '../../core/trust/mod.ts'
import { Fault } from '../../core/base/mod.ts'
import { type ActOutcome, act } from './act.ts'
import type { PublicRoleKey, RepoPorts } from './ports.ts'
import { type Publisher, circumstancesOf, openPublisher, publisherPaths } from './publisher.ts'
import { readRepository } from './read-repository.ts'

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
  const repository = await readRepository({ fingerprint: publisher.fingerprint, wanted: [] }, { store: publisher.store, ...ports })
  return describeKeys(repository, publisher)
}

export function describeKeys(repository: Repository, { keys }: Publisher): RoleListing[] {
  return rolesOf(repository).map((role) => {
    const { keyids = [], threshold = 1 } = keysOfRole(repository, role) ?? {}
    return { role, threshold, keys: keyids.map((id) => ({ id, file: keys.find((key) => key.id === id)?.file ?? null })) }
  })
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

/** Makes a new key for a role, which takes the place of another: of the only one, or of the one that is named. The old one signs, too, where it is here. */
export async function rotateKey(
  folder: string,
  { role, remove }: { readonly role: string; readonly remove?: string | undefined },
  ports: RepoPorts,
): Promise<ActOutcome> {
  const publisher = await openPublisher(folder, ports)
  const repository = await readRepository({ fingerprint: publisher.fingerprint, wanted: [] }, { store: publisher.store, ...ports })
  const had = keysOfRole(repository, role)?.keyids ?? []
  const former = remove === undefined ? theOnly(had, role) : fullId(remove, had, role)
  const made = await ports.keys.make(
    publisherPaths(folder).key(`${role}-${new Date(ports.nowMs()).toISOString().slice(0, 19).replaceAll(/\D/g, '')}`),
  )
  return changeKeys(folder, { role, add: made.file, remove: former }, ports)
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
