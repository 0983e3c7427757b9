import { Fault } from '../../core/base/mod.ts'
import { type Change, type Lack, changeId, formatRequest, REQUEST_SCHEMA } from '../../core/trust/mod.ts'
import type { RepoPorts } from './ports.ts'
import { type Publisher, publisherPaths } from './publisher.ts'

/** A change that was shown and signed as far as its keys are here. It is kept until it is public, so that neither waiting nor a kill loses it. */
export interface Pending {
  readonly schema: typeof PENDING_SCHEMA
  readonly change: Change
  /** The areas that get a new timestamp with it. */
  readonly areas: readonly string[]
  /** Whether it has all signatures: then it is gone through with, whatever happens. */
  readonly isComplete: boolean
}

export const PENDING_SCHEMA = 'kmend/pending/1'

export async function readPending({ folder }: Publisher, ports: RepoPorts): Promise<Pending | undefined> {
  const file = publisherPaths(folder).change
  if (!(await ports.files.exists(file))) return undefined
  try {
    const pending = JSON.parse(await ports.files.readText(file)) as Pending
    if (pending.schema === PENDING_SCHEMA && Array.isArray(pending.change.documents)) return pending
  } catch (error) {
    if (error instanceof Fault) throw error
    // falls through: not JSON
  }
  throw new Fault('trust/metadata', `Cannot read the change that waits: it is not of the form ${PENDING_SCHEMA}`, {
    in: file,
    try: 'kmend repo discard drops it',
  })
}

/** Keeps a change, and the files that it brings. */
export async function keepPending(pending: Pending, { folder }: Publisher, ports: RepoPorts): Promise<Pending> {
  const paths = publisherPaths(folder)
  const files = await Promise.all(
    pending.change.files.map(async (file) => {
      if (file.from.kind !== 'file' || file.from.path === paths.file(file.sha256)) return file
      await ports.files.write(paths.file(file.sha256), await ports.files.readBytes(file.from.path))
      return { ...file, from: { kind: 'file' as const, path: paths.file(file.sha256) } }
    }),
  )
  const kept = { ...pending, change: { ...pending.change, files } }
  await ports.files.write(paths.change, `${JSON.stringify(kept)}\n`)
  return kept
}

/** The change first: without it the rest is nothing. */
export async function dropPending({ folder }: Publisher, ports: RepoPorts): Promise<void> {
  const paths = publisherPaths(folder)
  await ports.files.remove(paths.change)
  await ports.files.removeTree(paths.pending)
}

export interface DocumentLack extends Lack {
  readonly repository: string
  readonly role: string
}

/** Writes what others must sign; returns where. */
export async function writeRequest(
  { change }: Pending,
  lacks: readonly DocumentLack[],
  { publisher, ports }: { readonly publisher: Publisher; readonly ports: RepoPorts },
): Promise<string> {
  const id = changeId(change, ports.sha256)
  const file = publisherPaths(publisher.folder).request(id)
  const documents = change.documents.map((document) => {
    const lack = lacks.find(({ repository, role }) => repository === document.repository && role === document.role)
    return {
      ...document,
      version: document.metadata.signed.version,
      lacks: lack === undefined ? null : { count: lack.count, keyIds: lack.keyIds },
    }
  })
  await ports.files.write(
    file,
    formatRequest({ schema: REQUEST_SCHEMA, repository: publisher.fingerprint, change: id, createdMs: change.atMs, documents }),
  )
  return file
}
