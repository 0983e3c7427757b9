import { type Lack, changeId, formatRequest, REQUEST_SCHEMA } from '../../core/trust/mod.ts'
import { type Pending, parsePending } from './parse-pending.ts'
import type { RepoPorts } from './ports.ts'
import { type Publisher, publisherPaths } from './publisher.ts'

/** Faults: trust/metadata. */
export async function readPending({ folder }: Pick<Publisher, 'folder'>, ports: RepoPorts): Promise<Pending | undefined> {
  const paths = publisherPaths(folder)
  if (!(await ports.files.exists(paths.change))) return undefined
  return parsePending(await ports.files.readText(paths.change), { file: paths.change, keptAt: paths.file, sha256: ports.sha256 })
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
