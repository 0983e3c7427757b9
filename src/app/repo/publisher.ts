import { Fault } from '../../core/base/mod.ts'
import type { Circumstances } from '../../core/trust/mod.ts'
import type { RepoPorts, RoleKey, Store } from './ports.ts'
import { type Settings, isBucket, parseSettings } from './settings.ts'

/** A publisher's folder: settings, keys, the fingerprint of its repository, and a change that waits. */
export interface Publisher {
  readonly folder: string
  readonly settings: Settings
  readonly store: Store
  /** SHA-256 of the first root file. */
  readonly fingerprint: string
  /** Those that are here. */
  readonly keys: readonly RoleKey[]
}

export function publisherPaths(folder: string) {
  return {
    settings: `${folder}/repo.toml`,
    fingerprint: `${folder}/fingerprint`,
    keys: `${folder}/keys`,
    key: (role: string) => `${folder}/keys/${role}.pem`,
    /** What the publisher saw of its store last. */
    seen: `${folder}/seen.json`,
    pending: `${folder}/pending`,
    change: `${folder}/pending/change.json`,
    file: (sha256: string) => `${folder}/pending/files/${sha256}`,
    request: (change: string) => `${folder}/pending/${change}.sign-request.json`,
  }
}

/** Faults: repo/unknown, repo/settings, key/unusable. */
export async function openPublisher(folder: string, ports: RepoPorts): Promise<Publisher> {
  const paths = publisherPaths(folder)
  if (!(await ports.files.exists(paths.fingerprint)))
    throw new Fault('repo/unknown', `Cannot find a repository's settings in ${folder}`, {
      in: paths.fingerprint,
      try: 'kmend repo init makes a repository; --repo names the folder of one',
    })
  const draft = await readDraft(folder, ports)
  const names = (await ports.files.names(paths.keys)).filter((name) => name.endsWith('.pem')).toSorted()
  return {
    ...draft,
    fingerprint: (await ports.files.readText(paths.fingerprint)).trim(),
    keys: await Promise.all(names.map((name) => ports.keys.read(`${paths.keys}/${name}`))),
  }
}

/** What there is before the first root. Faults: repo/settings. */
export async function readDraft(folder: string, ports: RepoPorts): Promise<Omit<Publisher, 'keys' | 'fingerprint'>> {
  const settings = await readSettings(publisherPaths(folder).settings, ports)
  return { folder, settings, store: ports.openStore(storePlace(folder, settings), folder) }
}

async function readSettings(file: string, ports: RepoPorts): Promise<Settings> {
  const read = await ports.toml(file)
  if (read.kind !== 'malformed') return parseSettings(read.kind === 'read' ? read.tables : {}, file)
  throw new Fault('repo/settings', `Cannot read the settings of this repository: ${read.finding}`, { in: file })
}

function storePlace(folder: string, { store }: Settings): string {
  return store.startsWith('/') || isBucket(store) ? store : `${folder}/${store}`
}

export function circumstancesOf(
  { settings }: Pick<Publisher, 'settings'>,
  ports: RepoPorts,
): Circumstances & { readonly sha256: RepoPorts['sha256'] } {
  return { nowMs: ports.nowMs(), lifetimes: settings.lifetimes, sha256: ports.sha256 }
}
