/** A live patch that someone wants applied: what its module says of itself, and what its manifest promises when it has one. */
export interface Candidate {
  readonly name: string
  /** The first word of the module's vermagic. */
  readonly release: string
  /** Whether a signature is appended to the module. */
  readonly isSigned: boolean
  /** SHA-256 of the module without its signature, in hex: which build it is. */
  readonly sha256: string
  /** Of its file as it is. */
  readonly fileSha256: string
  /** Undefined for a module of another builder. */
  readonly promise: CandidatePromise | undefined
}

export interface CandidatePromise {
  /** Of the cumulative live patches for one kernel, a higher one holds all of the lower ones. */
  readonly version: number
  readonly release: string
  /** GNU build-id of the kernel, in hex. */
  readonly buildId: string
  /** `object:function,sympos`, as sysfs will list them. */
  readonly functions: readonly string[]
  /** Builds of the modules that it patches. */
  readonly modules: readonly { readonly name: string; readonly buildId: string }[]
}
