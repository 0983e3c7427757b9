import type { Sha256, Verify, VerifierKey } from '../../core/log/mod.ts'
import type { VerifiedRepository } from '../../core/trust/mod.ts'

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

export type AuditedRepository = Pick<VerifiedRepository, 'root' | 'top' | 'role' | 'read'>

export interface WitnessPorts extends AuditPorts {
  /** What was cosigned last; undefined when there is none. */
  readonly readState: () => Promise<Uint8Array | undefined>
  /** All or nothing, and on the disk when it returns. */
  readonly writeState: (note: string) => Promise<void>
  /** One run at a time with this state. Faults: witness/locked. */
  readonly withLock: <T>(act: () => Promise<T>) => Promise<T>
  readonly nowMs: () => number
}

export interface WitnessKey {
  readonly verifier: VerifierKey
  readonly sign: (message: Uint8Array) => Uint8Array
}
