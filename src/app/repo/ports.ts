import type { Key, NewBundle, Verify } from '../../core/trust/mod.ts'

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
  readonly readToml: (path: string) => Promise<Readonly<Record<string, unknown>> | { readonly finding: string } | undefined>
  readonly keys: {
    readonly read: (file: string) => Promise<RoleKey>
    readonly readPublic: (file: string) => Promise<PublicRoleKey>
    readonly make: (file: string) => Promise<RoleKey>
    /** The log's public key, as its origin's verifier key. */
    readonly verifierKey: (origin: string, key: PublicRoleKey) => string
    readonly verify: Verify
  }
  /** `s3://bucket/prefix`, `http://…`, or a folder. Faults: fetch/url. */
  readonly openStore: (place: string) => Store
  readonly readBundle: (path: string) => Promise<NewBundle>
  /** One that is in the store. */
  readonly readStoredBundle: (store: Store, path: string) => Promise<NewBundle>
  readonly appendToLog: AppendToLog
  /** SHA-256 in hex; of text as UTF-8. */
  readonly sha256: (content: string | Uint8Array) => string
  /** Shows what is about to be signed; false when a person says no. */
  readonly approve: (lines: readonly string[]) => Promise<boolean>
  readonly nowMs: () => number
  readonly progress: (text: string) => void
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

/** Where a repository's files are. What is put appears whole under its name, in one step. */
export interface Store {
  readonly place: string
  /** Undefined when there is none. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  readonly size: (path: string) => Promise<number | undefined>
  readonly put: (path: string, content: Uint8Array) => Promise<void>
  readonly putFile: (path: string, from: string) => Promise<void>
  /** The same bytes under another name. */
  readonly share: (from: string, to: string) => Promise<void>
  /** Every file; undefined where that cannot be asked. */
  readonly list: () => Promise<readonly string[] | undefined>
  /** One publisher at a time. Faults: repo/locked. */
  readonly withLock: <T>(act: () => Promise<T>) => Promise<T>
}

/** Adds entries to the log in a store, and signs its new checkpoint; those that are in it already are not added again. */
export type AppendToLog = (
  entries: readonly LogEntry[],
  log: { readonly store: Store; readonly origin: string; readonly key: RoleKey },
) => Promise<void>

/** docs/formats/log.md, clause 3. */
export interface LogEntry {
  readonly schema: 'kmend/log/1'
  readonly timeMs: number
  readonly act: string
  readonly repository: string
  readonly role: string
  readonly version: number
  readonly sha256: string
  readonly bundles: readonly { readonly name: string; readonly sha256: string }[]
  readonly reason: string | null
}
