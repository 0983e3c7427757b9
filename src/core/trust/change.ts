import type { FaultCode } from '../base/mod.ts'
import { type Metadata, type Root, SPEC_VERSION, type Signed, type Snapshot, type Targets, type Timestamp } from './metadata.ts'
import { type Area, type Circumstances, type Repository, expiry } from './repository.ts'
import { type ListedKernel, formatKernels } from './kernels.ts'
import { CATALOGUE, DATA_ROLES, KERNELS_TARGET, targetFile } from './layout.ts'

export const ACTS = ['init', 'publish', 'promote', 'retract', 'data', 'keys', 'renew'] as const
export type Act = (typeof ACTS)[number]

/** What an act would make public, signed or not yet: docs/formats/sign-request.md. Timestamps come with its publication. */
export interface Change {
  readonly act: Act
  readonly atMs: number
  readonly reason: string | null
  readonly bundles: readonly BundleName[]
  readonly documents: readonly Document[]
  readonly files: readonly NewFile[]
}

export interface BundleName {
  readonly name: string
  readonly sha256: string
}

export interface Document<S extends Signed = Signed> {
  /** As in the log: an area's path, `*` for root. */
  readonly repository: string
  readonly role: string
  readonly metadata: Metadata<S>
  /** What it takes the place of. */
  readonly before: Metadata<S> | null
}

/** A target's bytes, by its path in the store. */
export interface NewFile {
  /** Below the repository's address. */
  readonly path: string
  readonly sha256: string
  readonly sizeBytes: number
  readonly from:
    | { readonly kind: 'file'; readonly path: string }
    /** Another file of the store with the same bytes. */
    | { readonly kind: 'stored'; readonly path: string }
    | { readonly kind: 'text'; readonly text: string }
}

/** What speaks against a wish. */
export interface Refusal {
  readonly code: FaultCode
  readonly text: string
}

export type Planned =
  | { readonly kind: 'planned'; readonly change: Change }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }

export function refuse(refusals: readonly Refusal[]): Planned {
  return { kind: 'refused', refusals }
}

/** The next version of a role's metadata, not signed. */
export function revise<S extends Root | Snapshot | Targets>(before: Metadata<S>, edit: Partial<S>, expires: string): Metadata<S> {
  return { signatures: [], signed: { ...before.signed, ...edit, version: before.signed.version + 1, expires } }
}

export interface AreaEdit {
  /** Targets of delegated roles, by name; undefined signs the role anew as it is. */
  readonly roles?: Readonly<Record<string, Targets['targets'] | undefined>>
  readonly targets?: Partial<Targets>
}

/** The documents that an edit of one area takes: roles, its targets, and the snapshot that has them all. */
export function reviseArea(area: Area, { roles = {}, targets }: AreaEdit, circumstances: Circumstances): Document[] {
  const { nowMs, lifetimes } = circumstances
  const isNew = area.timestamp === undefined
  const revised = Object.entries(roles).map(([role, edit]): Document<Targets> => {
    const expires = expiry(nowMs, isDataRole(role) ? lifetimes.dataMs : lifetimes.targetsMs)
    const before = area.roles[role]
    const metadata =
      before === undefined ? firstOf(area, edit ?? {}, expires) : revise(before, edit === undefined ? {} : { targets: edit }, expires)
    return { repository: area.path, role, metadata, before: before ?? null }
  })
  const top = isNew
    ? [{ repository: area.path, role: 'targets', metadata: area.targets, before: null }]
    : targets === undefined
      ? []
      : [
          {
            repository: area.path,
            role: 'targets',
            metadata: revise(area.targets, targets, expiry(nowMs, lifetimes.targetsMs)),
            before: area.targets,
          },
        ]
  const versions = [...revised, ...top].map(({ role, metadata }) => [`${role}.json`, { version: metadata.signed.version }] as const)
  const meta = { ...area.snapshot.signed.meta, ...Object.fromEntries(versions) }
  const snapshot: Document<Snapshot> = isNew
    ? {
        repository: area.path,
        role: 'snapshot',
        metadata: { signatures: [], signed: { ...area.snapshot.signed, meta } },
        before: null,
      }
    : {
        repository: area.path,
        role: 'snapshot',
        metadata: revise(area.snapshot, { meta }, expiry(nowMs, lifetimes.snapshotMs)),
        before: area.snapshot,
      }
  return [...revised, ...top, snapshot]
}

function firstOf({ path, targets }: Area, content: Targets['targets'], expires: string): Metadata<Targets> {
  const { spec_version } = targets.signed
  return {
    signatures: [],
    signed: { _type: 'targets', spec_version, version: 1, expires, targets: content, kmend: { repository: path } },
  }
}

export function isDataRole(role: string): boolean {
  return role === 'kernels' || DATA_ROLES.some((data) => data === role)
}

/** The catalogue with another list of kernels. */
export function planCatalogue(
  repository: Repository,
  listed: readonly ListedKernel[],
  { circumstances, sha256 }: { readonly circumstances: Circumstances; readonly sha256: (text: string) => string },
): { readonly documents: readonly Document[]; readonly files: readonly NewFile[] } {
  const text = formatKernels(listed)
  const digest = sha256(text)
  const length = utf8Length(text)
  const targets = { [KERNELS_TARGET]: { length, hashes: { sha256: digest } } }
  return {
    documents: reviseArea(repository.catalogue, { roles: { kernels: targets } }, circumstances),
    files: [
      {
        path: targetFile(CATALOGUE, KERNELS_TARGET, digest),
        sha256: digest,
        sizeBytes: length,
        from: { kind: 'text', text },
      },
    ],
  }
}

function utf8Length(text: string): number {
  let length = 0
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return length
}

/** A snapshot as its timestamp names it. */
export type SnapshotFile = Timestamp['meta']['snapshot.json']

/** The timestamp that makes a snapshot the newest, and the one for copies that are carried. */
export function nextTimestamp(
  { path, before, snapshot }: { readonly path: string; readonly before: Timestamp | undefined; readonly snapshot: SnapshotFile },
  { nowMs, lifetimes }: Circumstances,
): { readonly timestamp: Timestamp; readonly carried: Timestamp } {
  const timestamp: Timestamp = {
    _type: 'timestamp',
    spec_version: SPEC_VERSION,
    version: (before?.version ?? 0) + 1,
    expires: expiry(nowMs, lifetimes.timestampMs),
    meta: { 'snapshot.json': snapshot },
    kmend: { repository: path },
  }
  return {
    timestamp,
    carried: { ...timestamp, expires: expiry(nowMs, lifetimes.carriedMs), kmend: { repository: path, carried: true } },
  }
}
