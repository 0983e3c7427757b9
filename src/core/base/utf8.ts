import { bytesFromLatin1, latin1FromBytes } from './bytes.ts'

/** UTF-8 by the language alone: what reads and writes text elsewhere (TextDecoder, Buffer) core does not have. */

/** Undefined when the bytes are no UTF-8. A byte order mark is a character like any other. */
export function utf8FromBytes(bytes: Uint8Array): string | undefined {
  const latin1 = latin1FromBytes(bytes)
  if (!/[\x80-\xff]/.test(latin1)) return latin1
  try {
    return decodeURIComponent(latin1.replace(/[%\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`))
  } catch {
    return undefined
  }
}

/** Half of a surrogate pair has no bytes: it becomes U+FFFD, as everywhere. */
export function bytesFromUtf8(text: string): Uint8Array {
  if (!/[\u0080-\uffff]/.test(text)) return bytesFromLatin1(text)
  const bytesOf = (part: string) =>
    encodeURIComponent(part.toWellFormed()).replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return bytesFromLatin1(text.replace(/[\u0080-\uffff]+/g, bytesOf))
}
