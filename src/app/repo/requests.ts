import { Fault } from '../../core/base/mod.ts'
import {
  type Change,
  type Document,
  type Metadata,
  type Repository,
  type RequestedDocument,
  type Root,
  canonicalText,
  changeId,
  checkSignatures,
  formatRequest,
  formerQuorum,
  mergeSignatures,
  parseRequest,
  quorumsOf,
  releaseOf,
} from '../../core/trust/mod.ts'
import { type ActOutcome, refusal, settle } from './act.ts'
import { describeDocument } from './describe.ts'
import { dropPending, readPending } from './pending.ts'
import type { PublicRoleKey, RepoPorts } from './ports.ts'
import { type Publisher, openPublisher } from './publisher.ts'
import { readOwn } from './seen.ts'

export interface SignedRequest {
  /** How many documents the key signed; none when it had signed them, or a person said no. */
  readonly signed: number
  readonly documents: number
  readonly key: string
}

/** Adds a key's signatures to a sign request, in its place; needs nothing but the two files. Faults: trust/metadata, key/unusable. */
export async function signRequest(
  { file, keyFile }: { readonly file: string; readonly keyFile: string },
  ports: RepoPorts,
): Promise<SignedRequest> {
  const request = parseRequest(await ports.files.readText(file), { file, sha256: ports.sha256 })
  const key = await ports.keys.read(keyFile)
  const own = request.documents.filter((document) => hasPart(document, key.id))
  if (own.length === 0)
    throw new Fault('key/unusable', 'Cannot sign this request: the key has no part in any of its documents, or has signed them', {
      in: `${keyFile}: ${key.id}`,
      try: 'kmend repo status says whose signatures are lacking',
    })
  const nothing = { signed: 0, documents: request.documents.length, key: key.id }
  const shown = own.map((document) => ({ ...document, before: believedBefore(document, key, ports) }))
  if (!(await ports.approve(shown.flatMap(describeDocument)))) return nothing
  const documents = request.documents.map((document) => {
    if (!own.includes(document)) return document
    const { signatures, signed } = document.metadata
    return { ...document, metadata: { signed, signatures: [...signatures, { keyid: key.id, sig: key.sign(canonicalText(signed)) }] } }
  })
  await ports.files.write(file, formatRequest({ ...request, documents }))
  return { ...nothing, signed: own.length }
}

/** A root says itself whose signatures it needs; of others the request does, and one too many does no harm: what it says is shown. */
function hasPart({ role, metadata, before, lacks }: RequestedDocument, id: string): boolean {
  if (metadata.signatures.some(({ keyid }) => keyid === id)) return false
  const named = [metadata, before].flatMap((one) =>
    role === 'root' && one !== null ? (one as Metadata<Root>).signed.roles.root.keyids : [],
  )
  return named.includes(id) || (lacks?.keyIds.includes(id) ?? false)
}

/** What the request says was there before hides all that is alike in the two: it is gone by only where this very key has signed it, and else all is shown. */
function believedBefore({ before }: RequestedDocument, { id, key }: PublicRoleKey, { keys }: RepoPorts): Metadata | null {
  if (before === null) return null
  return checkSignatures(before, { keys: { [id]: key }, threshold: 1 }, keys.verify).count === 0 ? before : null
}

/** Takes the signatures of a request, and publishes the change when none is lacking any more. Faults: repo/pending, repo/order, trust/*. */
export async function finishRequest(folder: string, { file }: { readonly file: string }, ports: RepoPorts): Promise<ActOutcome> {
  const publisher = await openPublisher(folder, ports)
  return publisher.store.withLock(async () => {
    const request = parseRequest(await ports.files.readText(file), { file, sha256: ports.sha256 })
    const pending = await readPending(publisher, ports)
    if (pending === undefined || request.repository !== publisher.fingerprint || changeId(pending.change, ports.sha256) !== request.change)
      throw new Fault('repo/pending', 'Cannot take these signatures: they are for another change than the one that waits', {
        in: file,
        try: 'kmend repo status says what waits',
      })
    const repository = await readTouched(pending.change, publisher, ports)
    const merged = mergeSignatures(pending.change, request)
    const change = { ...merged, documents: merged.documents.map((document) => withGood(document, merged, { repository, ports })) }
    return settle({ ...pending, change }, repository, { publisher, ports })
  })
}

/** Drops a change that waits for signatures; one that has all of them may be public in part already. Faults: repo/pending. */
export async function discardPending(folder: string, ports: RepoPorts): Promise<{ readonly act: string } | undefined> {
  const publisher = await openPublisher(folder, ports)
  return publisher.store.withLock(async () => {
    const pending = await readPending(publisher, ports)
    if (pending?.isComplete === true)
      throw new Fault('repo/pending', 'Cannot drop this change: it has all signatures, and hosts may have seen a part of it', {
        in: publisher.folder,
        try: 'kmend repo refresh goes through with it; then take it back by another change',
      })
    await dropPending(publisher, ports)
    return pending === undefined ? undefined : { act: pending.change.act }
  })
}

/** What the change is about, as it is now. Faults: repo/order, when it is not any more what the change was made for. */
async function readTouched(change: Change, publisher: Publisher, ports: RepoPorts): Promise<Repository | undefined> {
  if (change.act === 'init') return undefined
  const wanted = change.documents.map(({ repository }) => releaseOf({ path: repository }))
  const repository = await readOwn(wanted, publisher, ports)
  const moved = change.documents.filter((document) => versionOf(document, repository) !== (document.before?.signed.version ?? 0))
  if (moved.length > 0)
    throw refusal(
      moved.map(({ repository: path, role }) => ({
        code: 'repo/order',
        text: `${path} ${role} was changed by somebody else: kmend repo discard drops this change`,
      })),
    )
  return repository
}

function versionOf({ repository: path, role }: Document, { root, catalogue, kernels }: Repository): number {
  if (role === 'root') return root.signed.version
  const area = [catalogue, ...kernels.values()].find((one) => one.path === path)
  const found = role === 'targets' ? area?.targets : role === 'snapshot' ? area?.snapshot : area?.roles[role]
  return found?.signed.version ?? 0
}

/** Without signatures that are of no key of its role, or of another text. */
function withGood(
  document: Document,
  change: Change,
  { repository, ports }: { readonly repository: Repository | undefined; readonly ports: RepoPorts },
): Document {
  const former = formerQuorum(document, change)
  const quorums = [...(quorumsOf(document, change, repository) ?? []), ...(former === undefined ? [] : [former])]
  const isGood = (signature: Metadata['signatures'][number]) =>
    quorums.some(
      ({ keys }) =>
        checkSignatures({ ...document.metadata, signatures: [signature] }, { keys, threshold: 1 }, ports.keys.verify).count === 0,
    )
  return { ...document, metadata: { ...document.metadata, signatures: document.metadata.signatures.filter(isGood) } }
}
