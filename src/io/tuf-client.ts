import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Updater } from 'tuf-js'
import { Fault } from '../core/base/mod.ts'
import type { VerifiedRepository, VerifiedTarget } from '../core/trust/mod.ts'
import { fetchBytes, fetchFile } from './fetch.ts'
import { parseAddress } from './open-url.ts'
import { noRepository, tufFault } from './tuf-fault.ts'
import { TufFetcher } from './tuf-fetcher.ts'
import { type Seen, type TufStore, readKept, readSeen, sha256, withStore, writeSeen } from './tuf-store.ts'

export interface TufSource extends TufStore {
  /** Of the publisher's repositories. */
  readonly url: string
  /** SHA-256 of the first root, in hex. */
  readonly fingerprint: string
  readonly isCarried: boolean
  readonly proxy?: string | undefined
  /** When all that is asked for has to be here. */
  readonly deadline?: AbortSignal | undefined
  /** Go by what is kept here: nothing is fetched. */
  readonly isOffline: boolean
}

export interface TufRepository extends VerifiedRepository {
  readonly root: Readonly<Record<string, unknown>> & { readonly version: number }
  readonly timestampVersion: number
  readonly requests: number
  readonly receivedBytes: number
}

const LIMITS = {
  maxRootRotations: 1024,
  rootMaxLength: 128 * 1024,
  timestampMaxLength: 16 * 1024,
  snapshotMaxLength: 64 * 1024,
  targetsMaxLength: 4 * 1024 * 1024,
}

/**
 * Brings what is kept of a repository up to date and verifies it, hands it to `act`, and keeps what was verified; never goes back in versions, also where what is
 * kept was damaged. Faults: trust/*, fetch/*, io/*, host/locked, host/state.
 */
export async function withTuf<T>(source: TufSource, act: (repository: TufRepository) => Promise<T>): Promise<T> {
  parseAddress(source.url)
  return withStore(source, async (work) => act(await open(source, work)))
}

async function open(source: TufSource, work: string): Promise<TufRepository> {
  const seen = await readSeen(source)
  const timestamp = await takeTimestamp(source, work)
  const tag = timestamp !== undefined && seen?.timestampSha256 === sha256(timestamp) ? seen.tag : undefined
  const isFirst = seen === undefined
  const fetcher = new TufFetcher({ ...source, isFirst, known: timestamp === undefined ? undefined : { bytes: timestamp, tag } })
  const updater = await startUpdater(source, work, fetcher)
  const explained = async <R>(ask: () => Promise<R>): Promise<R> => {
    try {
      return await ask()
    } catch (error) {
      throw error instanceof Fault ? error : (fetcher.fault ?? tufFault(error, fetcher.lookedAt))
    }
  }
  await explained(() => updater.refresh())
  const [root, stamp, snapshot, targets] = await Promise.all(
    ['root', 'timestamp', 'snapshot', 'targets'].map((name) => readSigned(`${work}/${name}.json`)),
  )
  if (root === undefined || stamp === undefined || snapshot === undefined || targets === undefined) throw vanished(work)
  const now = await standOf(work, { root: root.signed, stamp: stamp.signed, snapshot: snapshot.signed, tag: fetcher.tag ?? tag })
  checkNotBehind(now, seen, source.url)
  if (JSON.stringify(now) !== JSON.stringify(seen)) await writeSeen(source, now)

  const base = join(source.repository, 'targets')
  const { proxy, deadline } = source
  const loose = new Map<string, Uint8Array | undefined>()
  const bring = (target: VerifiedTarget, path: string) =>
    fetchFile(targetUrl(source.url, base, target), path, { ...target, proxy, deadline })
  return {
    root: root.signed,
    top: Object.entries({ root, targets }).map(([name, { signed, bytes }]) => ({ name, version: signed.version, sha256: sha256(bytes) })),
    timestampVersion: stamp.signed.version,
    validUntilMs: Math.min(...[root, stamp, snapshot, targets].map(({ signed }) => Date.parse(signed.expires))),
    get requests() {
      return fetcher.requests
    },
    get receivedBytes() {
      return fetcher.receivedBytes
    },
    async role(name) {
      checkDelegated(name, targets.signed, source)
      if (!(`${name}.json` in (snapshot.signed.meta ?? {}))) return undefined
      // Any path of the role: the way to it is what loads and verifies the role.
      await explained(() => updater.getTargetInfo(`${name}/-`))
      const read = await readSigned(`${work}/${name}.json`)
      if (read === undefined) throw vanished(work)
      checkPaths(name, read.signed, source)
      return {
        name,
        version: read.signed.version,
        sha256: sha256(read.bytes),
        expiresMs: Date.parse(read.signed.expires),
        targets: Object.entries(read.signed.targets ?? {}).map(([path, target]) => readTarget(path, target)),
      }
    },
    async fetch(path, maxBytes) {
      if (!loose.has(path)) {
        const answer = await fetchBytes(parseAddress(`${source.url.replace(/\/+$/, '')}/${path}`), { maxBytes, proxy, deadline })
        loose.set(path, answer.kind === 'body' ? answer.bytes : undefined)
      }
      return loose.get(path)
    },
    async read(target) {
      const path = `${work}/${target.sha256}`
      await bring(target, path)
      return readFile(path)
    },
    download: bring,
  }
}

/** The timestamp that is kept. One of the other life, of before the host was told otherwise, would stand in place of a fetched one of the same version. */
async function takeTimestamp(source: TufSource, work: string): Promise<Buffer | undefined> {
  const kept = await readSigned(`${work}/timestamp.json`).catch(() => undefined)
  const isCarried = (kept?.signed['kmend'] as { readonly carried?: unknown } | undefined)?.carried === true
  if (kept === undefined || isCarried === source.isCarried) return readKept(source, 'timestamp.json')
  await rm(`${work}/timestamp.json`)
  return undefined
}

/** Loaded only here: a command that asks no repository does not pay for it. */
async function startUpdater(source: TufSource, work: string, fetcher: TufFetcher): Promise<Updater> {
  const { Updater: Client } = await import('tuf-js')
  const metadataBaseUrl = `${source.url.replace(/\/+$/, '')}/${source.repository}/metadata`
  const start = () => new Client({ metadataDir: work, metadataBaseUrl, fetcher, config: LIMITS })
  try {
    return start()
  } catch {
    // Nothing is kept yet, or it is damaged.
    await writeFile(`${work}/root.json`, await fetchFirstRoot(source, metadataBaseUrl))
  }
  try {
    return start()
  } catch (error) {
    throw tufFault(error, { file: '1.root.json', url: metadataBaseUrl, version: 1, expires: new Map() })
  }
}

async function fetchFirstRoot({ fingerprint, proxy, deadline, repository, isOffline }: TufSource, base: string): Promise<Uint8Array> {
  const url = `${base}/1.root.json`
  if (isOffline)
    throw new Fault('fetch/unreachable', `Cannot go by what is known of ${repository}: this host has never seen it`, {
      in: url,
      try: 'try again when the repository can be reached',
    })
  const answer = await fetchBytes(parseAddress(url), { maxBytes: LIMITS.rootMaxLength, proxy, deadline })
  if (answer.kind !== 'body') throw noRepository(repository, { url, lacks: 'first root' })
  const found = sha256(answer.bytes)
  if (found === fingerprint) return answer.bytes
  throw new Fault('trust/root', 'Cannot trust this repository: its first root is not the one with this fingerprint', {
    in: `${url}: ${found}, not ${fingerprint}`,
    try: 'ask the publisher for the fingerprint, by another way than this server',
  })
}

interface Signed {
  readonly version: number
  readonly expires: string
  readonly roles?: Readonly<Record<string, { readonly keyids?: readonly string[] }>>
  readonly meta?: Readonly<Record<string, unknown>>
  readonly delegations?: { readonly roles?: readonly { readonly name: string; readonly paths?: readonly string[] }[] }
  readonly targets?: Readonly<Record<string, SignedTarget>>
  readonly [key: string]: unknown
}

interface SignedTarget {
  readonly length: number
  readonly hashes: Readonly<Record<string, string>>
  readonly custom?: unknown
}

/** As docs/formats/bundle.md has it; nothing that a host takes is larger. */
const MAX_TARGET_BYTES = 256 * 1024 * 1024

/** Its digest becomes part of a path on this host, and its length that of a file. */
function readTarget(path: string, { length, hashes, custom }: SignedTarget): VerifiedTarget {
  const digest = hashes['sha256'] ?? ''
  const isDigest = /^[0-9a-f]{64}$/.test(digest)
  if (isDigest && length <= MAX_TARGET_BYTES) return { path, sizeBytes: length, sha256: digest, custom }
  const finding = isDigest ? `it is to have ${length} bytes, and none has more than ${MAX_TARGET_BYTES}` : 'it has no SHA-256'
  throw new Fault('trust/metadata', `Cannot read the target ${path}: ${finding}`, { in: path, try: 'tell the publisher' })
}

/** What tuf-js has verified, and written. */
async function readSigned(path: string): Promise<{ readonly signed: Signed; readonly bytes: Uint8Array } | undefined> {
  const bytes = await readFile(path).catch(() => undefined)
  return bytes === undefined ? undefined : { bytes, signed: (JSON.parse(bytes.toString('utf8')) as { signed: Signed }).signed }
}

interface Stand {
  readonly root: Signed
  readonly stamp: Signed
  readonly snapshot: Signed
  readonly tag: string | undefined
}

async function standOf(work: string, { root, stamp, snapshot, tag }: Stand): Promise<Seen> {
  const keys = ['timestamp', 'snapshot'].map((role) => [...(root.roles?.[role]?.keyids ?? [])].toSorted().join(' ')).join(', ')
  const timestampSha256 = sha256(await readFile(`${work}/timestamp.json`))
  return { root: root.version, timestamp: stamp.version, snapshot: snapshot.version, keys, tag, timestampSha256 }
}

/** What tuf-js cannot see where the files that it goes by were damaged. */
function checkNotBehind(now: Seen, seen: Seen | undefined, url: string): void {
  if (seen === undefined) return
  const roles = now.root < seen.root || now.keys === seen.keys ? (['root', 'timestamp', 'snapshot'] as const) : (['root'] as const)
  const behind = roles.find((role) => now[role] < seen[role])
  if (behind === undefined) return
  throw new Fault(
    'trust/rollback',
    `Cannot trust the repository: its ${behind} is version ${now[behind]}, and this host has seen version ${seen[behind]}`,
    {
      in: url,
      try: 'somebody serves an old state of the repository: try again later, or from another mirror, and tell the publisher',
    },
  )
}

/** That the role has the say over its paths, and no other: tuf-js goes by paths alone, and would take a role that stands before it. */
function checkDelegated(name: string, { delegations }: Signed, { url, repository }: TufSource): void {
  const roles = delegations?.roles ?? []
  const areApart = roles.every((role) => /^[a-z0-9-]+$/.test(role.name) && role.paths?.length === 1 && role.paths[0] === `${role.name}/*`)
  if (areApart && roles.some((role) => role.name === name)) return
  throw new Fault(
    'trust/delegation',
    `Cannot use ${name} of ${repository}: ${areApart ? 'nobody was given the say over it' : 'who has the say over it is not clear'}`,
    {
      in: `${url}: targets.json`,
      try: 'kmend enable names the tiers that there are',
    },
  )
}

/** TUF looks at who may say something of a path when it is asked for; a role is read as a whole here. */
function checkPaths(name: string, { targets }: Signed, { url, repository }: TufSource): void {
  const stranger = Object.keys(targets ?? {}).find((path) => !path.startsWith(`${name}/`))
  if (stranger === undefined) return
  throw new Fault('trust/delegation', `Cannot use ${name} of ${repository}: it lists ${stranger}, over which it has no say`, {
    in: `${url}: ${name}.json`,
    try: 'tell the publisher; nothing of it was taken, and what is in force stays as it is',
  })
}

function targetUrl(url: string, base: string, { path, sha256: digest }: VerifiedTarget): URL {
  const [folder = '', name = ''] = path.split('/')
  return parseAddress(`${url.replace(/\/+$/, '')}/${base}/${encodeURIComponent(folder)}/${digest}.${encodeURIComponent(name)}`)
}

function vanished(work: string): Fault {
  return new Fault('io/failed', `Cannot read what was verified of the repository: it vanished from ${work}`, { in: work })
}
