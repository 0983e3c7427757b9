import type { VmPorts } from '../vm/mod.ts'

/** What a proof needs from the world. */
export interface ProvePorts extends VmPorts {
  readonly nowMs: () => number
  /** SHA-256 in hex. */
  readonly digest: (bytes: Uint8Array) => string
  /** Which one it is, by name and version. */
  readonly emulator: () => Promise<string>
}
