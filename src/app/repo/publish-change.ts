import { Fault } from '../../core/base/mod.ts'
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
import { LOG_SCHEMA, type LogEntry } from '../../core/log/mod.ts'
import { appendToLog, verifierKeyOf } from './append-to-log.ts'
import type { RepoPorts } from './ports.ts'
import { type Publisher, circumstancesOf } from './publisher.ts'
import { mapLimited, readRoots, textOf } from './read-repository.ts'

/** A change that has all its signatures, and the areas that are to get a new timestamp. */
export interface Complete {
  readonly change: Change
  readonly areas: readonly string[]
}

/**
 * Makes a change public: for a reader at any instant the old or the new (docs/formats/repository.md, clause 10). Each step is safe to repeat, so that one that was
 * killed is gone through again from the start. Faults: those of the store; repo/order, key/unusable.
 */
export async function publishChange({ change, areas }: Complete, publisher: Publisher, ports: RepoPorts): Promise<void> {
  const roots = await rootsOf(change, publisher, ports)
  const shared = change.files.filter(({ from }) => from.kind === 'stored')
  for (const file of change.files.filter((one) => !shared.includes(one))) await putFile(file, publisher)
  for (const file of shared) await putFile(file, publisher)
  await logChange(change, roots, { publisher, ports })
  // The catalogue comes last: what it says of kernels is there when it says so.
  const ordered = [...areas.filter((path) => path !== CATALOGUE), ...areas.filter((path) => path === CATALOGUE)]
  for (const path of ordered) await publishArea(path, { change, roots, publisher, ports })
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

async function logChange(change: Change, { newest }: Roots, { publisher, ports }: Means): Promise<void> {
  const entries = change.documents
    .filter(({ role }) => role !== 'snapshot')
    .map(({ repository, role, metadata }): LogEntry => {
      const { act, atMs: timeMs, bundles, reason } = change
      const sha256 = ports.sha256(formatMetadata(metadata))
      return { schema: LOG_SCHEMA, timeMs, act, repository, role, version: metadata.signed.version, sha256, bundles, reason }
    })
  if (entries.length === 0) return
  const { origin, key: verifier } = newest.kmend.log
  const key = publisher.keys.find((one) => verifierKeyOf(origin, one, ports) === verifier)
  if (key === undefined) throw missingKey('log', publisher)
  await appendToLog(entries, { store: publisher.store, log: { origin, verifier, key }, isNew: change.act === 'init' }, ports)
}

interface Means {
  readonly publisher: Publisher
  readonly ports: RepoPorts
}

async function publishArea(
  path: string,
  { change, roots, publisher, ports }: Means & { readonly change: Change; readonly roots: Roots },
): Promise<void> {
  const { store } = publisher
  const own = change.documents.filter(({ repository }) => repository === path)
  const snapshot = own.find(({ role }) => role === 'snapshot') as Document<Snapshot> | undefined
  const before = await readTimestamp(path, publisher)
  const [rootsBefore, rootsAfter] = placeRoots(change, { roots, isNew: before === undefined, publisher, ports })
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
}

/**
 * A new root comes last where all else has the signatures of its keys and of those before: then it can be believed with the old root and with the new one. Where a
 * former key is lost, it has to come first, and until the timestamp follows a host refuses what it sees.
 */
function placeRoots(change: Change, { roots, isNew, publisher, ports }: Means & { readonly roots: Roots; readonly isNew: boolean }) {
  const fresh = change.documents.some(({ role }) => role === 'root') ? roots.all.slice(-1) : []
  const older = isNew ? roots.all.filter((root) => !fresh.includes(root)) : []
  if (roots.former === undefined) return [[...older, ...fresh], []] as const
  const isBoth = change.documents.every((document) => {
    const former = formerQuorum(document, change)
    return former === undefined || checkSignatures(document.metadata, former, ports.keys.verify).count === 0
  })
  const canSign = countKeys(topQuorum(roots.former, 'timestamp'), publisher) >= roots.former.roles.timestamp.threshold
  return isBoth && canSign && !isNew ? ([older, fresh] as const) : ([[...older, ...fresh], []] as const)
}

function countKeys({ keys }: Quorum, publisher: Publisher): number {
  return publisher.keys.filter(({ id }) => keys[id] !== undefined).length
}

function signTimestamp(signed: Timestamp, { newest, former }: Roots, publisher: Publisher): Metadata<Timestamp> {
  const ids = [...newest.roles.timestamp.keyids, ...(former?.roles.timestamp.keyids ?? [])]
  if (countKeys(topQuorum(newest, 'timestamp'), publisher) < newest.roles.timestamp.threshold) throw missingKey('timestamp', publisher)
  const text = canonicalText(signed)
  const signatures = publisher.keys.filter(({ id }) => ids.includes(id)).map(({ id, sign }) => ({ keyid: id, sig: sign(text) }))
  return { signatures, signed }
}

async function readTimestamp(path: string, { store }: Publisher): Promise<Timestamp | undefined> {
  const file = metadataFile(path, 'timestamp')
  const bytes = await store.read(file)
  return bytes === undefined ? undefined : parseMetadata(textOf(bytes), 'timestamp', file).signed
}

function snapshotFile(snapshot: Metadata<Snapshot>, { sha256 }: RepoPorts): SnapshotFile {
  const bytes = new TextEncoder().encode(formatMetadata(snapshot))
  return { version: snapshot.signed.version, length: bytes.length, hashes: { sha256: sha256(bytes) } }
}

async function putMetadata(file: string, metadata: Metadata, { store }: Publisher): Promise<void> {
  await store.put(file, new TextEncoder().encode(formatMetadata(metadata)))
}

function missingKey(role: 'log' | 'timestamp', { folder }: Publisher): Fault {
  return new Fault('key/unusable', `Cannot publish: the key of ${role} is not here`, {
    in: `${folder}/keys`,
    try: `publish where it is; ${role} is one of the two keys that must be on the machine that publishes`,
  })
}
