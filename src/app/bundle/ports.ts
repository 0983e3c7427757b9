import type { CveRecord } from '../../core/cve/mod.ts'
import type { Inventory } from '../../core/origin/mod.ts'

/** What the stories of bundles need from the world. */
export interface BundlePorts {
  readonly files: {
    readonly exists: (path: string) => Promise<boolean>
    readonly readBytes: (path: string) => Promise<Uint8Array>
    /** All or nothing. */
    readonly write: (path: string, content: Uint8Array) => Promise<void>
  }
  /** SHA-256 in hex. */
  readonly digest: (content: Uint8Array) => string
  /** In CycloneDX. */
  readonly formatSbom: (inventory: Inventory) => string
  /** Those below a folder. Faults: usage/cve-records. */
  readonly readCveRecords: (folder: string) => Promise<{ readonly records: readonly CveRecord[] }>
}
