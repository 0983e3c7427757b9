import type { Sha256, Verify } from '../../core/log/mod.ts'

export interface LogPorts {
  /** A small file by its path below the repository's address; undefined when it is not there. Faults: fetch/*. */
  readonly fetch: (path: string, maxBytes: number) => Promise<Uint8Array | undefined>
  readonly sha256: Sha256
  /** Ed25519. */
  readonly verify: Verify
}

export interface AuditPorts extends LogPorts {
  /** One of the publisher's repositories (`kernels/<release>`, `catalogue`), verified as a host does. Faults: trust/*, fetch/*. */
  readonly withRepository: <T>(repository: string, act: (repository: AuditedRepository) => Promise<T>) => Promise<T>
}

export interface AuditedRepository {
  /** The signed part of the newest root. */
  readonly root: unknown
  /** Undefined when the role has had nothing yet. */
  readonly role: (name: string) => Promise<AuditedRole | undefined>
  readonly read: (target: AuditedTarget) => Promise<Uint8Array>
}

export interface AuditedRole {
  readonly version: number
  /** Of its file as it was served. */
  readonly sha256: string
  readonly targets: readonly AuditedTarget[]
}

export interface AuditedTarget {
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly custom: unknown
}
