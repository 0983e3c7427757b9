import {
  type Check,
  Fault,
  findWrong,
  hasForm,
  isBoolean,
  isCount,
  isRecord,
  isSha256,
  isText,
  isTimeMs,
  listOf,
  orNull,
  parseJson,
} from '../../core/base/mod.ts'
import { isTitle } from '../../core/bundle/mod.ts'
import { ACTS, CATALOGUE, type Change, isPathPart, kernelRepository, parseMetadata, releaseOf } from '../../core/trust/mod.ts'

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

interface Means {
  readonly file: string
  /** Where the bytes of a digest are that the change brings. */
  readonly keptAt: (sha256: string) => string
  readonly sha256: (content: string) => string
}

/** What it says becomes public, and its paths are written to: what this publisher has not written is not gone through with. Faults: trust/metadata. */
export function parsePending(text: string, means: Means): Pending {
  const pending = parseJson(text)
  const wrong = findDamage(pending, means)
  if (wrong.length === 0) return withOwnPaths(pending as Pending, means)
  throw new Fault('trust/metadata', `Cannot read the change that waits: it is not of the form ${PENDING_SCHEMA} (${wrong.join(', ')})`, {
    in: means.file,
    try: 'bring it back from a copy of the folder; without one remove the folder it is in, look at kmend repo status, and make the change again',
  })
}

/** Bytes are where their digest says, wherever the folder is by now: no other file of this machine becomes public. */
function withOwnPaths(pending: Pending, { keptAt }: Means): Pending {
  const files = pending.change.files.map((file) =>
    file.from.kind === 'file' ? { ...file, from: { kind: 'file' as const, path: keptAt(file.sha256) } } : file,
  )
  return { ...pending, change: { ...pending.change, files } }
}

function findDamage(pending: unknown, means: Means): string[] {
  const wrong = findWrong(pending, {
    schema: (schema) => schema === PENDING_SCHEMA,
    areas: listOf(isArea),
    isComplete: isBoolean,
    change: isRecord,
  })
  if (wrong.length > 0 || !isRecord(pending)) return wrong
  const { change, isComplete } = pending as { readonly change: Readonly<Record<string, unknown>>; readonly isComplete: boolean }
  const lists = findWrong(
    change,
    {
      act: (act) => ACTS.some((known) => known === act),
      atMs: isTimeMs,
      reason: orNull(isTitle),
      bundles: listOf(hasForm({ name: (name) => isText(name) && /^\w{1,55}$/.test(name), sha256: isSha256 })),
      documents: Array.isArray,
      files: Array.isArray,
    },
    'change',
  )
  if (lists.length > 0) return lists
  const { documents, files } = change as { readonly documents: readonly unknown[]; readonly files: readonly unknown[] }
  return [
    ...documents.flatMap((document, at) => findWrong(document, formOfDocument(document, isComplete), `change.documents[${at}]`)),
    ...files.flatMap((file, at) => findWrong(file, formOfFile(file, means), `change.files[${at}]`)),
  ]
}

function formOfDocument(document: unknown, isComplete: boolean): Readonly<Record<string, Check>> {
  const { role, before } = isRecord(document) ? document : {}
  const type = role === 'root' || role === 'snapshot' ? role : 'targets'
  const isMetadata = (metadata: unknown) => {
    try {
      parseMetadata(JSON.stringify(metadata), type, 'change.json')
      return true
    } catch (error) {
      if (error instanceof Fault) return false
      throw error
    }
  }
  const version = (metadata: unknown) => (metadata as Change['documents'][number]['metadata']).signed.version
  return {
    repository: (path) => (role === 'root' ? path === '*' : isArea(path)),
    role: (name) => isText(name) && isPathPart(name) && name !== 'timestamp',
    metadata: (metadata) =>
      isMetadata(metadata) &&
      (!isComplete || (metadata as Change['documents'][number]['metadata']).signatures.length > 0) &&
      (!isMetadata(before) || version(metadata) > version(before)),
    before: orNull(isMetadata),
  }
}

function formOfFile(file: unknown, { sha256: digest }: Means): Readonly<Record<string, Check>> {
  const { sha256 } = isRecord(file) ? file : {}
  return {
    path: isPath,
    sha256: isSha256,
    sizeBytes: isCount,
    from: (from) => {
      if (!isRecord(from) || !isSha256(sha256)) return false
      const { kind, path, text } = from
      if (kind === 'file') return isText(path)
      if (kind === 'stored') return isPath(path)
      return kind === 'text' && isText(text) && digest(text) === sha256
    },
  }
}

function isArea(path: unknown): boolean {
  if (!isText(path)) return false
  const release = releaseOf({ path })
  return path === CATALOGUE || (path === kernelRepository(release) && isPathPart(release))
}

function isPath(path: unknown): boolean {
  return isText(path) && path.split('/').every(isPathPart)
}
