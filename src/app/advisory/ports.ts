/** What the story of advisories needs from the world. */
export interface AdvisoryPorts {
  readonly files: {
    /** Whether it is a file; a folder is none. */
    readonly isFile: (path: string) => Promise<boolean>
    readonly readBytes: (path: string) => Promise<Uint8Array>
    readonly readText: (path: string) => Promise<string>
  }
  /** The tables of a TOML file. Faults: io/missing, data/publisher. */
  readonly readToml: (path: string) => Promise<Readonly<Record<string, unknown>>>
  /** What a validator says against a CSAF document; nothing when it is valid. */
  readonly checkCsaf: (document: object) => Promise<readonly string[]>
  /** SHA-256 in hex. */
  readonly digest: (content: Uint8Array) => string
}
