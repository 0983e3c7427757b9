/** Text and bytes. The kernel's own names are bytes; latin1 keeps them one to one. What people write is UTF-8: utf8.ts. */

const CHUNK = 8192

export function latin1FromBytes(bytes: Uint8Array): string {
  let text = ''
  // Names are short: handing their bytes over as arguments would cost more than they do.
  if (bytes.length < 64) {
    for (const byte of bytes) text += String.fromCharCode(byte)
    return text
  }
  // Handed over as they are: spreading would walk them one by one first.
  for (let i = 0; i < bytes.length; i += CHUNK) text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(i, i + CHUNK))
  return text
}

export function bytesFromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

export function hexFromBytes(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex
}

export function areBytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** First index of `needle` at or after `from`, or -1. */
export function indexOfBytes(haystack: Uint8Array, needle: Uint8Array, from = 0): number {
  const first = needle[0]
  if (first === undefined) return from
  for (let at = haystack.indexOf(first, from); at >= 0; at = haystack.indexOf(first, at + 1)) {
    let i = 1
    while (i < needle.length && haystack[at + i] === needle[i]) i++
    if (i === needle.length) return at
    if (at + needle.length > haystack.length) return -1
  }
  return -1
}

export function alignUp(value: number, alignment: number): number {
  return alignment <= 1 ? value : Math.ceil(value / alignment) * alignment
}

/** A copy that shares nothing. (`slice` of a Buffer, which is a Uint8Array too, shares its memory.) */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}
