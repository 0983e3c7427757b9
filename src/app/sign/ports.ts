/** What signing needs from the world. */
export interface SignPorts {
  readonly files: {
    readonly readBytes: (path: string) => Promise<Uint8Array>
    readonly readText: (path: string) => Promise<string>
    /** All or nothing. */
    readonly write: (path: string, content: Uint8Array) => Promise<void>
  }
  /** SHA-256 in hex. */
  readonly digest: (content: Uint8Array) => string
  /** A detached PKCS#7 message in DER, and whom its certificate names. Faults: tool/missing, key/unusable. */
  readonly sign: (content: Uint8Array) => Promise<{ readonly message: Uint8Array; readonly signer: string }>
}
