import type { Sha256, Verify } from '../../core/log/mod.ts'

export interface LogPorts {
  /** A small file by its path below the repository's address; undefined when it is not there. Faults: fetch/*. */
  readonly fetch: (path: string, maxBytes: number) => Promise<Uint8Array | undefined>
  readonly sha256: Sha256
  /** Ed25519. */
  readonly verify: Verify
}
