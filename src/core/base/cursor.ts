import { Fault, type FaultCode } from './fault.ts'
import { latin1FromBytes } from './bytes.ts'

/**
 * Reads little-endian values from bytes and knows where it is: every fault names the file and the offset in it.
 * Offsets are bytes from the start of the whole file, also in a slice.
 */
export class Cursor {
  readonly file: string
  readonly base: number
  at = 0
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #truncated: FaultCode

  constructor(bytes: Uint8Array, options: { readonly file: string; readonly base?: number; readonly truncated?: FaultCode }) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.file = options.file
    this.base = options.base ?? 0
    this.#truncated = options.truncated ?? 'elf/truncated'
  }

  get size(): number {
    return this.#bytes.length
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length
  }

  seek(offset: number): this {
    this.at = offset
    return this
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true)
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true)
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true)
  }

  /** A 64-bit value that must fit a file offset or size: one that a number cannot hold is a truncated or hostile file. */
  size64(): number {
    const start = this.at
    const low = this.u32()
    const high = this.u32()
    if (high > 0xffff) {
      const value = BigInt(high) * 2n ** 32n + BigInt(low)
      throw new Fault('elf/malformed', `Cannot use 0x${value.toString(16)} as an offset or size: no file is that large`, {
        in: `${this.file}, offset ${hex(this.base + start)}`,
      })
    }
    return high * 2 ** 32 + low
  }

  bytes(length: number): Uint8Array {
    const start = this.#take(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** A NUL-terminated string, without its NUL. */
  cstring(): string {
    const end = this.#bytes.indexOf(0, this.at)
    if (end < 0 || this.at > this.#bytes.length) throw this.#truncation(this.#bytes.length - this.at + 1)
    const text = latin1FromBytes(this.#bytes.subarray(this.at, end))
    this.at = end + 1
    return text
  }

  #take(length: number): number {
    const start = this.at
    if (start < 0 || length < 0 || start + length > this.#bytes.length) throw this.#truncation(length)
    this.at = start + length
    return start
  }

  #truncation(length: number): Fault {
    return new Fault(
      this.#truncated,
      `Cannot read ${length} byte${length === 1 ? '' : 's'} at offset ${hex(this.base + this.at)}: the data ends at ${hex(this.base + this.#bytes.length)}`,
      { in: this.file, try: 'fetch or build the file again: it is incomplete or damaged' },
    )
  }
}

function hex(value: number): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`
}
