import type { Issue } from '../../core/advisory/mod.ts'

/** A live patch before it is packed: its manifest as it was written, and the files that this names. */
export interface PatchContents {
  readonly manifest: string
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** The same, and what its users are told of it. */
export interface ReleasedPatch extends PatchContents {
  readonly title: string
  readonly text: string
  readonly issues: readonly Issue[]
}
