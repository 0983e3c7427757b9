import { Fault, bytesFromUtf8, utf8FromBytes } from '../../core/base/mod.ts'
import {
  CATALOGUE,
  type Change,
  type Document,
  type Metadata,
  type NewFile,
  type Quorum,
  type Root,
  type Snapshot,
  type SnapshotFile,
  type Timestamp,
  canonicalText,
  checkSignatures,
  formatMetadata,
  formerQuorum,
  metadataFile,
  nextTimestamp,
  parseMetadata,
  topQuorum,
} from '../../core/trust/mod.ts'
import { LOG_SCHEMA, type LogEntry, parseCheckpoint } from '../../core/log/mod.ts'
import { appendToLog, verifierKeyOf } from './append-to-log.ts'
import type { RepoPorts } from './ports.ts'
import { type Publisher, circumstancesOf, publisherPaths } from './publisher.ts'
import { mapLimited, readRoots, textOf } from './read-repository.ts'
import { type Seen, keepSeen, readSeen, wentBack } from './seen.ts'

/** A change that has all its signatures, and the areas that are to get a new timestamp. */
export interface Complete {
  readonly change: Change
  readonly areas: readonly string[]
}

/**
 * Makes a change public: for a reader at any instant the old or the new (docs/formats/repository.md, clause 10). Each step is safe to repeat, so that one that was
 * killed is gone through again from the start. Faults: those of the store; trust/rollback, trust/log, repo/order, key/unusable.
 */
export async function publishChange({ change, areas }: Complete, publisher: Publisher, ports: RepoPorts): Promise<void> {
  const roots = await rootsOf(change, publisher, ports)
  const means = { change, roots, seen: await readSeen(publisher, ports), publisher, ports }
  const { shared = [], fresh = [] } = Object.groupBy(change.files, ({ from }) => (from.kind === 'stored' ? 'shared' : 'fresh'))
  await mapLimited(fresh, (file) => putFile(file, publisher))
  await mapLimited(shared, (file) => putFile(file, publisher))
  const checkpoint = await logChange(means)
  const publish = async (path: string) => [path, await publishArea(path, means)] as const
  const kernels = await mapLimited(
    areas.filter((path) => path !== CATALOGUE),
    publish,
  )
  // The catalogue comes last: what it says of kernels is there when it says so.
  const catalogue = areas.includes(CATALOGUE) ? [await publish(CATALOGUE)] : []
  const versions = Object.fromEntries([['*', { root: roots.newest.version }] as const, ...kernels, ...catalogue])
  await keepSeen({ versions, checkpoint }, publisher, ports)
}

interface Means {
  readonly change: Change
  readonly roots: Roots
  readonly seen: Seen
  readonly publisher: Publisher
  readonly ports: RepoPorts
}

interface Roots {
  readonly all: readonly Metadata<Root>[]
  readonly newest: Root
  /** The one before, when the change has a new one. */
  readonly former: Root | undefined
}

async function rootsOf(change: Change, { store, fingerprint }: Publisher, ports: RepoPorts): Promise<Roots> {
  const document = change.documents.find(({ role }) => role === 'root') as Document<Root> | undefined
  const published = change.act === 'init' ? [] : await readRoots({ path: CATALOGUE, fingerprint }, { store, ...ports })
  // A publisher that was killed may have left the new one already.
  const before = published.filter(({ signed }) => document === undefined || signed.version < document.metadata.signed.version)
  const all = document === undefined ? before : [...before, document.metadata]
  return { all, newest: (all.at(-1) as Metadata<Root>).signed, former: document?.before?.signed }
}

async function putFile({ path, sizeBytes, from }: NewFile, { store }: Publisher): Promise<void> {
  if ((await store.size(path)) === sizeBytes) return // its digest is in its name, and it appeared whole
  if (from.kind === 'text') await store.put(path, new TextEncoder().encode(from.text))
  else if (from.kind === 'file') await store.putFile(path, from.path)
  else await store.share(from.path, path)
}

/** The checkpoint that has it; null when there is nothing to tell. */
async function logChange({ change, roots: { newest, former }, seen, publisher, ports }: Means): Promise<string | null> {
  const entries = change.documents
    .filter(({ role }) => role !== 'snapshot')
    .map(({ repository, role, metadata }): LogEntry => {
      const { act, atMs: timeMs, reason } = change
      const bundles = bundlesIn(metadata, change)
      const sha256 = ports.sha256(formatMetadata(metadata))
      return { schema: LOG_SCHEMA, timeMs, act, repository, role, version: metadata.signed.version, sha256, bundles, reason }
    })
  if (entries.length === 0) return null
  const { origin, key: verifier } = newest.kmend.log
  demandKeys(newest, publisher, ports)
  const signerOf = (of: string) => ({ verifier: of, key: publisher.keys.find((one) => verifierKeyOf(origin, one, ports) === of) })
  // Hosts that have not seen the new root believe a new key of the log while the former one signs, too.
  const verifiers = former === undefined || former.kmend.log.key === verifier ? [verifier] : [former.kmend.log.key, verifier]
  const kept = seen.checkpoint === null ? undefined : parseCheckpoint(bytesFromUtf8(seen.checkpoint), publisherPaths(publisher.folder).seen)
  const log = { origin, signers: verifiers.map(signerOf) }
  return utf8FromBytes(await appendToLog(entries, { store: publisher.store, log, isNew: change.act === 'init', kept }, ports)) ?? null
}

/** Those of the act that the file lists: else the entries of an act for many kernels would all name the bundles of all. */
function bundlesIn({ signed }: Metadata, { bundles }: Change): LogEntry['bundles'] {
  const targets = signed._type === 'targets' ? Object.values(signed.targets) : []
  const listed = new Set(targets.map(({ hashes }) => hashes.sha256))
  return bundles.filter(({ sha256 }) => listed.has(sha256))
}

/** Returns the versions that it has now, as far as they are new. */
async function publishArea(path: string, means: Means): Promise<Record<string, number>> {
  const { change, roots, publisher, ports } = means
  const { store } = publisher
  const own = change.documents.filter(({ repository }) => repository === path)
  const snapshot = own.find(({ role }) => role === 'snapshot') as Document<Snapshot> | undefined
  const before = await readTimestamp(path, means)
  const [rootsBefore, rootsAfter] = placeRoots(means, before === undefined)
  for (const root of rootsBefore) await putMetadata(metadataFile(path, 'root', root.signed.version), root, publisher)
  await mapLimited(
    own.filter((document) => document !== snapshot),
    ({ role, metadata }) => putMetadata(metadataFile(path, role, metadata.signed.version), metadata, publisher),
  )
  if (snapshot !== undefined)
    await putMetadata(metadataFile(path, 'snapshot', snapshot.metadata.signed.version), snapshot.metadata, publisher)
  const file = snapshot === undefined ? before?.meta['snapshot.json'] : snapshotFile(snapshot.metadata, ports)
  if (file === undefined)
    throw new Fault('io/missing', `Cannot find a timestamp of ${path}`, {
      in: store.place,
      try: 'kmend repo verify says all that is missing',
    })
  const { timestamp, carried } = nextTimestamp({ path, before, snapshot: file }, circumstancesOf(publisher, ports))
  await putMetadata(metadataFile(path, 'carried'), signTimestamp(carried, roots, publisher), publisher)
  await putMetadata(metadataFile(path, 'timestamp'), signTimestamp(timestamp, roots, publisher), publisher)
  for (const root of rootsAfter) await putMetadata(metadataFile(path, 'root', root.signed.version), root, publisher)
  return { ...Object.fromEntries(own.map(({ role, metadata }) => [role, metadata.signed.version])), timestamp: timestamp.version }
}

/**
 * A new root comes last where all else has the signatures of its keys and of those before: then it can be believed with the old root and with the new one. Where a
 * former key is lost, it has to come first, and until the timestamp follows a host refuses what it sees.
 */
function placeRoots({ change, roots, publisher, ports }: Means, isNew: boolean) {
  const fresh = change.documents.some(({ role }) => role === 'root') ? roots.all.slice(-1) : []
  const older = isNew ? roots.all.filter((root) => !fresh.includes(root)) : []
  if (roots.former === undefined) return [[...older, ...fresh], []] as const
  const isBoth = change.documents.every((document) => {
    const former = formerQuorum(document, change)
    return former === undefined || checkSignatures(document.metadata, former, ports.keys.verify).count === 0
  })
  return isBoth && canStamp(roots.former, publisher) && !isNew ? ([older, fresh] as const) : ([[...older, ...fresh], []] as const)
}

function countKeys({ keys }: Quorum, publisher: Publisher): number {
  return publisher.keys.filter(({ id }) => keys[id] !== undefined).length
}

function signTimestamp(signed: Timestamp, { newest, former }: Roots, publisher: Publisher): Metadata<Timestamp> {
  const ids = [...newest.roles.timestamp.keyids, ...(former?.roles.timestamp.keyids ?? [])]
  if (!canStamp(newest, publisher)) throw missingKey('timestamp', publisher)
  const text = canonicalText(signed)
  const signatures = publisher.keys.filter(({ id }) => ids.includes(id)).map(({ id, sign }) => ({ keyid: id, sig: sign(text) }))
  return { signatures, signed }
}

async function readTimestamp(path: string, { seen, publisher }: Means): Promise<Timestamp | undefined> {
  const file = metadataFile(path, 'timestamp')
  const bytes = await publisher.store.read(file)
  const found = bytes === undefined ? undefined : parseMetadata(textOf(bytes), 'timestamp', file).signed
  const least = seen.versions[path]?.['timestamp'] ?? 0
  if ((found?.version ?? 0) < least)
    throw wentBack([`${path} timestamp was version ${least}, and is ${found?.version ?? 'gone'}`], publisher)
  return found
}

function snapshotFile(snapshot: Metadata<Snapshot>, { sha256 }: RepoPorts): SnapshotFile {
  const bytes = new TextEncoder().encode(formatMetadata(snapshot))
  return { version: snapshot.signed.version, length: bytes.length, hashes: { sha256: sha256(bytes) } }
}

async function putMetadata(file: string, metadata: Metadata, { store }: Publisher): Promise<void> {
  await store.put(file, new TextEncoder().encode(formatMetadata(metadata)))
}

/** The two keys that must be where it is published. Faults: key/unusable. */
export function demandKeys(root: Root, publisher: Publisher, ports: RepoPorts): void {
  const { origin, key: verifier } = root.kmend.log
  if (!publisher.keys.some((one) => verifierKeyOf(origin, one, ports) === verifier)) throw missingKey('log', publisher)
  if (!canStamp(root, publisher)) throw missingKey('timestamp', publisher)
}

function canStamp(root: Root, publisher: Publisher): boolean {
  return countKeys(topQuorum(root, 'timestamp'), publisher) >= root.roles.timestamp.threshold
}

function missingKey(role: 'log' | 'timestamp', { folder }: Publisher): Fault {
  return new Fault('key/unusable', `Cannot publish: the key of ${role} is not here`, {
    in: `${folder}/keys`,
    try: `publish where it is: ${role} is one of the two keys that must be on the machine that publishes; kmend repo rotate ${role} makes another where it is lost`,
  })
}
