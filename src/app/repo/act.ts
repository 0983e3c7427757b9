import { Fault } from '../../core/base/mod.ts'
import {
  CATALOGUE,
  type Change,
  type Document,
  type Planned,
  type Refusal,
  type Repository,
  areasOf,
  canonicalText,
  changeId,
  formerQuorum,
  kernelRepository,
  lackOf,
  newestRoot,
  quorumsOf,
} from '../../core/trust/mod.ts'
import { describeChange } from './describe.ts'
import { PENDING_SCHEMA, type Pending } from './parse-pending.ts'
import { type DocumentLack, dropPending, keepPending, readPending, writeRequest } from './pending.ts'
import type { DraftRoleKey, RepoPorts } from './ports.ts'
import { demandKeys, publishChange } from './publish-change.ts'
import { type Publisher, openPublisher } from './publisher.ts'
import type { Wanted } from './read-repository.ts'
import { readOwn } from './seen.ts'

export type ActOutcome =
  | { readonly kind: 'published'; readonly act: string; readonly change: string; readonly documents: number; readonly files: number }
  /** Others must sign first: what, and the file that travels to them. */
  | {
      readonly kind: 'waiting'
      readonly act: string
      readonly change: string
      readonly request: string
      readonly lacks: readonly DocumentLack[]
    }
  | { readonly kind: 'declined' }

export type Planner = (repository: Repository, publisher: Publisher) => Promise<Planned> | Planned

export interface Wish {
  readonly wanted: Wanted
  readonly plan: Planner
  /** Whether a change is this very act: where an interrupted run began it, this one goes through with it, and then there is nothing left to plan. */
  readonly isThis?: (change: Change) => boolean
  /** A key that the plan gives the say over something: it signs, too, and is kept once somebody agreed. */
  readonly newKey?: DraftRoleKey
}

/** An act of a publisher from its wish to what hosts see: read, plan, show, sign, keep, publish. Faults: repo/*, trust/*, key/unusable, those of the store. */
export async function act(folder: string, { wanted, plan, isThis, newKey }: Wish, ports: RepoPorts): Promise<ActOutcome> {
  const opened = await openPublisher(folder, ports)
  const publisher = newKey === undefined ? opened : { ...opened, keys: [...opened.keys, newKey] }
  return publisher.store.withLock(async () => {
    const settled = await settlePending(publisher, ports)
    const repository = await readOwn(wanted, publisher, ports)
    const planned = await plan(repository, publisher)
    if (planned.kind === 'refused' && settled !== undefined && isThis?.(settled) === true) return published(settled, ports)
    if (planned.kind === 'refused') throw refusal(planned.refusals)
    return carryOut(planned.change, repository, { publisher, ports, newKey })
  })
}

interface Means {
  readonly publisher: Publisher
  readonly ports: RepoPorts
}

/** Shows and signs a change, keeps it, and publishes it when nothing is lacking. */
async function carryOut(
  change: Change,
  repository: Repository,
  { newKey, ...means }: Means & { readonly newKey: DraftRoleKey | undefined },
): Promise<ActOutcome> {
  // Not after it was signed: what is complete is gone through with, whatever happens.
  demandKeys(newestRoot(change, repository) ?? repository.root.signed, means.publisher, means.ports)
  if (!(await means.ports.approve(describeChange(change)))) return { kind: 'declined' }
  await newKey?.save()
  const signed = signChange(change, repository, means.publisher)
  return settle({ schema: PENDING_SCHEMA, change: signed, areas: areasFor(signed, repository), isComplete: false }, repository, means)
}

/** Publishes a change that has all signatures, or says whose it waits for. */
export async function settle(pending: Pending, repository: Repository | undefined, { publisher, ports }: Means): Promise<ActOutcome> {
  const { change } = pending
  const lacks = findLacks(change, repository, ports)
  const kept = await keepPending({ ...pending, isComplete: lacks.length === 0 }, publisher, ports)
  if (lacks.length > 0) {
    const request = await writeRequest(kept, lacks, { publisher, ports })
    return { kind: 'waiting', act: change.act, change: changeId(change, ports.sha256), request, lacks }
  }
  await complete(kept, publisher, ports)
  return published(change, ports)
}

function published(change: Change, { sha256 }: RepoPorts): ActOutcome {
  return {
    kind: 'published',
    act: change.act,
    change: changeId(change, sha256),
    documents: change.documents.length,
    files: change.files.length,
  }
}

export function findLacks(change: Change, repository: Repository | undefined, { keys }: RepoPorts): DocumentLack[] {
  return change.documents.flatMap((document) => {
    const lack = lackOf(document, { change, repository, verify: keys.verify })
    return lack === null ? [] : [{ repository: document.repository, role: document.role, ...lack }]
  })
}

/** What a killed publisher left is gone through with, and returned; a change that waits for signatures stops the act. Faults: repo/pending. */
export async function settlePending(publisher: Publisher, ports: RepoPorts): Promise<Change | undefined> {
  const pending = await readPending(publisher, ports)
  if (pending === undefined) return undefined
  if (pending.isComplete) {
    await complete(pending, publisher, ports)
    return pending.change
  }
  throw new Fault('repo/pending', `Cannot change the repository: a change waits for signatures (${pending.change.act})`, {
    in: publisher.folder,
    try: 'kmend repo status says whose; kmend repo finish takes them, kmend repo discard drops the change',
  })
}

async function complete(pending: Pending, publisher: Publisher, ports: RepoPorts): Promise<void> {
  await publishChange(pending, publisher, ports)
  await dropPending(publisher, ports)
}

/** With every key that is here and has a say. */
export function signChange(change: Change, repository: Repository | undefined, { keys: own }: Pick<Publisher, 'keys'>): Change {
  return { ...change, documents: change.documents.map((document) => signDocument(document)) }

  function signDocument(document: Document): Document {
    const former = formerQuorum(document, change)
    const quorums = [...(quorumsOf(document, change, repository) ?? []), ...(former === undefined ? [] : [former])]
    const text = canonicalText(document.metadata.signed)
    const signers = own.filter(({ id }) => quorums.some(({ keys }) => keys[id] !== undefined))
    return { ...document, metadata: { ...document.metadata, signatures: signers.map(({ id, sign }) => ({ keyid: id, sig: sign(text) })) } }
  }
}

/** Those that have new documents; all of them when the root is new. */
function areasFor({ documents }: Change, repository: Repository | undefined): string[] {
  const own = documents.map((document) => document.repository).filter((path) => path !== '*')
  const isShared = documents.some(({ repository: path }) => path === '*') && repository !== undefined
  const all = isShared
    ? [...repository.listed.map(({ release }) => kernelRepository(release)), ...areasOf(repository).map(({ path }) => path)]
    : []
  return [...new Set([...own, ...all])].filter((path) => path !== CATALOGUE).concat(CATALOGUE)
}

/** All that speaks against a wish, at once. */
export function refusal(refusals: readonly Refusal[]): Fault {
  const [first] = refusals
  return new Fault(first?.code ?? 'repo/order', `Cannot change the repository so:${refusals.map(({ text }) => `\n  - ${text}`).join('')}`, {
    try: 'kmend repo status shows what is in which tier',
  })
}
