import type { Change, Document } from './change.ts'
import type { Root, Targets } from './metadata.ts'
import { type Repository, areaOf } from './repository.ts'
import { type Lack, type Quorum, type Verify, checkSignatures, delegatedQuorum, topQuorum } from './signatures.ts'

/** What must have signed a document of a change: one quorum, and two for a root, which the one before must agree to. Undefined when nobody was given the say. */
export function quorumsOf(
  document: Document,
  change: Pick<Change, 'documents'>,
  repository: Repository | undefined,
): readonly Quorum[] | undefined {
  if (document.role === 'root') {
    const { before, metadata } = document as Document<Root>
    return [...(before === null ? [] : [topQuorum(before.signed, 'root')]), topQuorum(metadata.signed, 'root')]
  }
  if (document.role === 'targets' || document.role === 'snapshot') {
    const root = newestRoot(change, repository)
    return root === undefined ? undefined : [topQuorum(root, document.role)]
  }
  const quorum = delegatedQuorum(newestTargets(document.repository, change, repository)?.delegations, document.role)
  return quorum === undefined ? undefined : [quorum]
}

/**
 * Keys that the root before names for a document. While they sign, too, hosts that have not seen the new root believe it already, and the new root can come last:
 * at no instant does a host see anything that it must refuse.
 */
export function formerQuorum(document: Document, change: Pick<Change, 'documents'>): Quorum | undefined {
  const root = change.documents.find(({ role }) => role === 'root') as Document<Root> | undefined
  if (root === undefined || root.before === null) return undefined
  return document.role === 'targets' || document.role === 'snapshot' ? topQuorum(root.before.signed, document.role) : undefined
}

/** What a document still needs; null when all is there. */
export function lackOf(
  document: Document,
  {
    change,
    repository,
    verify,
  }: { readonly change: Pick<Change, 'documents'>; readonly repository: Repository | undefined; readonly verify: Verify },
): Lack | null {
  const lacks = (quorumsOf(document, change, repository) ?? [])
    .map((quorum) => checkSignatures(document.metadata, quorum, verify))
    .filter(({ count }) => count > 0)
  if (lacks.length === 0) return null
  return {
    // One key may stand in both quorums of a root: so many are enough if it does.
    count: Math.max(...lacks.map(({ count }) => count)),
    keyIds: [...new Set(lacks.flatMap(({ keyIds }) => keyIds))],
  }
}

export function newestRoot(change: Pick<Change, 'documents'>, repository: Repository | undefined): Root | undefined {
  const root = change.documents.find(({ role }) => role === 'root') as Document<Root> | undefined
  return root?.metadata.signed ?? repository?.root.signed
}

export function newestTargets(path: string, change: Pick<Change, 'documents'>, repository: Repository | undefined): Targets | undefined {
  const own = change.documents.find((document) => document.repository === path && document.role === 'targets') as
    | Document<Targets>
    | undefined
  return own?.metadata.signed ?? (repository === undefined ? undefined : areaOf(repository, path)?.targets.signed)
}
