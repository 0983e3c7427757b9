/** A live patch before it is packed: its manifest as it was written, and the files that this names. */
export interface PatchContents {
  readonly manifest: string
  readonly files: ReadonlyMap<string, Uint8Array>
}
