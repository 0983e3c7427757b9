import { type KeyObject, createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { canonicalize } from '@tufjs/canonical-json'
import type { LogEntry } from '../../src/core/log/mod.ts'
import { OFFER_SCHEMA, type Offer, formatOffer } from '../../src/core/trust/mod.ts'
import { type LogSigner, logEntry, logFiles, makeLogSigner } from './signed-log.ts'

/** A publisher of one kernel's repository, small enough to make it do what a real one never would: docs/formats/repository.md. */
export interface SmallRepository {
  readonly folder: string
  readonly repository: string
  readonly keys: Record<string, KeyObject>
  readonly logSigner: LogSigner
  /** What is in its log. */
  readonly logged: LogEntry[]
  /** Second keys: a delegated role that has one needs both. */
  readonly secondKeys: Record<string, KeyObject>
  /** Of the first root. */
  fingerprint: string
  /** Versions as they were last written; what a test changes comes into the next state. */
  readonly versions: Record<string, number>
  /** Targets by role, as they come into its metadata. */
  readonly targets: Record<string, Record<string, unknown>>
  readonly tiers: readonly string[]
  /** Days from now. */
  readonly days: Record<string, number>
  /** Whom `targets` gives a say. */
  delegated: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

const DAY_MS = 86_400_000

export function makeSmallRepository(folder: string, release: string, tiers: readonly string[] = ['stable']): SmallRepository {
  const roles = [...tiers, 'lifecycle', 'vulnerabilities']
  const names = ['root', 'timestamp', 'snapshot', 'targets', ...roles]
  const repository: SmallRepository = {
    folder,
    repository: `kernels/${release}`,
    keys: Object.fromEntries(names.map((name) => [name, generateKeyPairSync('ed25519').privateKey])),
    logSigner: makeLogSigner(),
    logged: [],
    secondKeys: {},
    fingerprint: '',
    versions: { root: 0, timestamp: 0, snapshot: 0, targets: 0 },
    targets: {},
    tiers,
    days: { root: 365, timestamp: 1, carried: 30, snapshot: 90, targets: 365, role: 365 },
    delegated: roles,
  }
  repository.fingerprint = digest(writeRoot(repository))
  publish(repository, [])
  return repository
}

/** Another of the same publisher's repositories, with the same keys and the same log: of a kernel, or `catalogue`. */
export function publishBesides(repo: SmallRepository, name: string): SmallRepository {
  const other = { ...repo, repository: name, versions: { root: 1, timestamp: 0, snapshot: 0, targets: 0 }, targets: {} }
  put(other, 'metadata/1.root.json', readFileSync(`${repo.folder}/${repo.repository}/metadata/1.root.json`))
  publish(other, [])
  return other
}

/** A root of the next version, signed by the key before it and the one that it names. */
export function writeRoot(repo: SmallRepository, before = repo.keys['root']): Buffer {
  const all = ['root', 'timestamp', 'snapshot', 'targets']
  const version = bump(repo, 'root')
  const bytes = signed(repo, [before, repo.keys['root']], {
    _type: 'root',
    version,
    expires: inDays(repo.days['root']),
    consistent_snapshot: true,
    keys: Object.fromEntries(all.map((role) => keyOf(repo, role))),
    roles: Object.fromEntries(all.map((role) => [role, { keyids: [keyOf(repo, role)[0]], threshold: 1 }])),
    kmend: { schema: 'kmend/root/1', tiers: repo.tiers, log: repo.logSigner.log },
  })
  put(repo, `metadata/${version}.root.json`, bytes)
  repo.logged.push(logEntry({ repository: '*', role: 'root', version, sha256: digest(bytes) }))
  writeLog(repo)
  return bytes
}

/** A state of the repository in which these roles are written anew; `targets` may be among them. */
export function publish(repo: SmallRepository, roles: readonly string[]): void {
  for (const role of roles.filter((name) => name !== 'targets')) {
    const version = bump(repo, role)
    const fields = { _type: 'targets', version, expires: inDays(repo.days['role']), targets: repo.targets[role] ?? {} }
    const bytes = signed(repo, [repo.keys[role], repo.secondKeys[role]], { ...fields, kmend: { repository: repo.repository } })
    put(repo, `metadata/${version}.${role}.json`, bytes)
    repo.logged.push(logEntry({ repository: repo.repository, role, version, sha256: digest(bytes) }))
  }
  if (repo.versions['targets'] === 0 || roles.includes('targets')) {
    const version = bump(repo, 'targets')
    const keys = (role: string) => [repo.keys[role], repo.secondKeys[role]].flatMap((key) => (key === undefined ? [] : [describe(key)]))
    const delegations = {
      keys: Object.fromEntries(repo.delegated.flatMap((role) => keys(role).map(({ id, value }) => [id, value]))),
      roles: repo.delegated.map((name) => {
        const keyids = keys(name).map(({ id }) => id)
        return { name, keyids, threshold: keyids.length, terminating: true, paths: [`${name}/*`] }
      }),
    }
    const fields = { _type: 'targets', version, expires: inDays(repo.days['targets']), targets: {}, delegations }
    const bytes = signed(repo, [repo.keys['targets']], { ...fields, kmend: { repository: repo.repository } })
    put(repo, `metadata/${version}.targets.json`, bytes)
    repo.logged.push(logEntry({ repository: repo.repository, role: 'targets', version, sha256: digest(bytes) }))
  }
  writeLog(repo)
  const { root: _root, timestamp: _timestamp, snapshot: _snapshot, ...listed } = repo.versions
  const version = bump(repo, 'snapshot')
  const meta = Object.fromEntries(Object.entries(listed).map(([role, number]) => [`${role}.json`, { version: number }]))
  const snapshot = signed(repo, [repo.keys['snapshot']], {
    ...{ _type: 'snapshot', version, expires: inDays(repo.days['snapshot']), meta },
    kmend: { repository: repo.repository },
  })
  put(repo, `metadata/${version}.snapshot.json`, snapshot)
  refresh(repo, snapshot)
}

/** Writes the log as it is to be by now. */
export function writeLog({ folder, logged, logSigner }: SmallRepository): void {
  for (const [path, content] of logFiles(logged, logSigner)) write(`${folder}/${path}`, content)
}

/** Signs the timestamp anew, and the one for carried copies. */
export function refresh(repo: SmallRepository, snapshot: Buffer): void {
  const version = bump(repo, 'timestamp')
  const meta = {
    'snapshot.json': { version: repo.versions['snapshot'], length: snapshot.length, hashes: { sha256: digest(snapshot) } },
  }
  const stamp = (days: number | undefined, kmend: Fields) =>
    signed(repo, [repo.keys['timestamp']], { _type: 'timestamp', version, expires: inDays(days), meta, kmend })
  put(repo, 'metadata/carried.json', stamp(repo.days['carried'], { repository: repo.repository, carried: true }))
  put(repo, 'metadata/timestamp.json', stamp(repo.days['timestamp'], { repository: repo.repository }))
}

/** Puts a file into a role, under the name that its path and digest give. */
export function putTarget(
  repo: SmallRepository,
  path: string,
  { content, custom }: { readonly content: Uint8Array; readonly custom?: unknown },
): void {
  const [role = '', name = ''] = path.split('/')
  const sha256 = digest(content)
  put(repo, `targets/${role}/${sha256}.${name}`, content)
  ;(repo.targets[role] ??= {})[path] = { length: content.length, hashes: { sha256 }, ...(custom === undefined ? {} : { custom }) }
}

/** A bundle on offer. */
export function putBundle(repo: SmallRepository, offer: Offer, content: Uint8Array): void {
  putTarget(repo, `stable/${offer.name}.kmend`, { content, custom: formatOffer(offer) })
}

export function offerOf(change: Partial<Offer> & Pick<Offer, 'name' | 'version' | 'release' | 'buildId'>): Offer {
  return {
    schema: OFFER_SCHEMA,
    packageVersion: '6.1.1-1',
    arch: 'amd64',
    kind: 'security',
    title: 'a fix',
    moduleSha256: '0'.repeat(64),
    isSigned: false,
    publishedMs: Date.now(),
    sinceMs: Date.now(),
    urgency: { cvss: 7.8, knownExploited: false },
    ...change,
  }
}

export function put({ folder, repository }: SmallRepository, path: string, content: Uint8Array): void {
  write(`${folder}/${repository}/${path}`, content)
}

function write(file: string, content: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

function signed(_repo: SmallRepository, keys: readonly (KeyObject | undefined)[], fields: Fields): Buffer {
  const content = { spec_version: '1.0.31', ...fields }
  const bytes = Buffer.from(canonicalize(content))
  const unique = [...new Set(keys.flatMap((key) => key ?? []))]
  const signatures = unique.map((key) => ({ keyid: describe(key).id, sig: sign(undefined, bytes, key).toString('hex') }))
  return Buffer.from(JSON.stringify({ signed: content, signatures }))
}

function keyOf({ keys }: SmallRepository, role: string): readonly [string, unknown] {
  const key = keys[role]
  if (key === undefined) throw new Error(`no key of ${role}`)
  const { id, value } = describe(key)
  return [id, value]
}

function describe(key: KeyObject): { readonly id: string; readonly value: unknown } {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  const value = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: Buffer.from(x, 'base64url').toString('hex') } }
  return { id: digest(Buffer.from(canonicalize(value))), value }
}

function bump({ versions }: SmallRepository, role: string): number {
  const version = (versions[role] ?? 0) + 1
  versions[role] = version
  return version
}

function inDays(days = 1): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z')
}

function digest(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
