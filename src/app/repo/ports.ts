import type { Key, Verify } from '../../core/trust/mod.ts'

/** What the stories of a repository's publisher need from the world. */
export interface RepoPorts {
  readonly files: {
    readonly exists: (path: string) => Promise<boolean>
    readonly readText: (path: string) => Promise<string>
    readonly readBytes: (path: string) => Promise<Uint8Array>
    /** All or nothing. */
    readonly write: (path: string, content: string | Uint8Array) => Promise<void>
    readonly remove: (path: string) => Promise<void>
    /** A file, or a folder with all that is in it. */
    readonly removeTree: (path: string) => Promise<void>
    /** Names in a folder; none when it is not there. */
    readonly names: (folder: string) => Promise<readonly string[]>
  }
  readonly toml: (
    path: string,
  ) => Promise<
    | { readonly kind: 'absent' }
    | { readonly kind: 'read'; readonly tables: Readonly<Record<string, unknown>> }
    | { readonly kind: 'malformed'; readonly finding: string }
  >
  readonly keys: {
    readonly read: (file: string) => Promise<RoleKey>
    readonly readPublic: (file: string) => Promise<PublicRoleKey>
    readonly make: (file: string) => Promise<RoleKey>
    /** One that is in no file until it is saved. */
    readonly draft: (file: string) => DraftRoleKey
    readonly verify: Verify
  }
  /** In a folder, or in a bucket (`s3://bucket/path`); `publisher` is the folder of who writes into it. Faults: repo/settings, io/permission. */
  readonly openStore: (place: string, publisher: string) => Store
  /** At an address, to be read. Faults: fetch/url. */
  readonly openSource: (address: string) => Source
  /** SHA-256 in hex; of text as UTF-8. */
  readonly sha256: (content: string | Uint8Array) => string
  /** Shows what is about to be signed; false when a person says no. */
  readonly approve: (lines: readonly string[]) => Promise<boolean>
  readonly nowMs: () => number
}

export interface PublicRoleKey {
  readonly id: string
  readonly key: Key
}

export interface RoleKey extends PublicRoleKey {
  readonly file: string
  /** In hex. */
  readonly sign: (text: string) => string
  readonly signBytes: (bytes: Uint8Array) => Uint8Array
}

export interface DraftRoleKey extends RoleKey {
  readonly save: () => Promise<void>
}

/** A repository that is read. */
export interface Source extends Readable {
  /** Brings a large file to a place on this machine, whole and as expected. */
  readonly bring: (path: string, to: string, expected: { readonly sha256: string; readonly sizeBytes: number }) => Promise<void>
}

export interface Readable {
  readonly place: string
  /** Undefined when there is none. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>
}

/** Where a repository's files are published. What is put appears whole under its name, in one step. */
export interface Store extends Readable {
  readonly size: (path: string) => Promise<number | undefined>
  readonly put: (path: string, content: Uint8Array) => Promise<void>
  readonly putFile: (path: string, from: string) => Promise<void>
  /** The same bytes under another name. */
  readonly share: (from: string, to: string) => Promise<void>
  /** One publisher at a time. Faults: repo/locked. */
  readonly withLock: <T>(act: () => Promise<T>) => Promise<T>
}
