/** What a reader has verified of one of a publisher's repositories: docs/formats/repository.md. */
export interface VerifiedRepository {
  /** The signed part of the newest root. */
  readonly root: unknown
  /** What stands above the delegated roles: root, and `targets`. */
  readonly top: readonly VerifiedFile[]
  /** Until when all of it may be used; a delegated role may end before. */
  readonly validUntilMs: number
  /** Undefined when the role has had nothing yet. */
  readonly role: (name: string) => Promise<VerifiedRole | undefined>
  /** A small file below the publisher's address that is not verified, as it is when it is first asked for; undefined when it is not there. */
  readonly fetch: (path: string, maxBytes: number) => Promise<Uint8Array | undefined>
  /** A small target as a whole. */
  readonly read: (target: VerifiedTarget) => Promise<Uint8Array>
  /** Brings a target to a path; one that is there already is not fetched. */
  readonly download: (target: VerifiedTarget, path: string) => Promise<void>
}

/** A piece of metadata. */
export interface VerifiedFile {
  /** Its role. */
  readonly name: string
  readonly version: number
  /** Of its file as it was served. */
  readonly sha256: string
}

export interface VerifiedRole extends VerifiedFile {
  readonly expiresMs: number
  readonly targets: readonly VerifiedTarget[]
}

export interface VerifiedTarget {
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly custom: unknown
}
