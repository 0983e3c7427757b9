/** A DSSE envelope, https://github.com/secure-systems-lab/dsse: what is said, of which type, and who signed that. */
export interface Envelope {
  /** In base64. */
  readonly payload: string
  readonly payloadType: string
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}
