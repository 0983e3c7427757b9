import type { CveRecord } from '../../core/cve/mod.ts'
import type { KnownPatch } from '../../core/advisory/mod.ts'

/** What making data for a repository needs from the world. */
export interface DataPorts {
  readonly files: {
    readonly readText: (path: string) => Promise<string>
    /** All or nothing. */
    readonly write: (path: string, content: string) => Promise<void>
  }
  /** A live patch: the output folder of a build, or a bundle. Faults: build/manifest, bundle/damaged, io/missing. */
  readonly readPatch: (path: string) => Promise<KnownPatch>
  /** The records of a folder, and a digest of them all. Faults: usage/cve-records. */
  readonly readCveRecords: (folder: string) => Promise<{ readonly records: readonly CveRecord[]; readonly sha256: string }>
  /** The tables of a TOML file. Faults: io/missing, data/coverage. */
  readonly readToml: (path: string) => Promise<Readonly<Record<string, unknown>>>
  /** SHA-256 in hex. */
  readonly digest: (text: string) => string
  readonly nowMs: () => number
}
