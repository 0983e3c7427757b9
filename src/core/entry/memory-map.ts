import { Cursor } from '../base/mod.ts'

/** Where in /proc/kcore a piece of kernel memory stands. The file is an ELF core: its program headers say it (fs/proc/kcore.c). */
export interface MemoryPiece {
  readonly address: bigint
  readonly size: bigint
  /** Bytes from the start of the file. */
  readonly offset: bigint
}

/** Bytes of an ELF header. */
export const CORE_HEADER_BYTES = 64
const PROGRAM_HEADER_BYTES = 56
const PT_LOAD = 1

/** How many bytes the headers of a core take, from its first 64. Faults: elf/truncated. */
export function coreHeadersSize(header: Uint8Array, file: string): number {
  const count = new Cursor(header, { file }).seek(56).u16()
  return CORE_HEADER_BYTES + count * PROGRAM_HEADER_BYTES
}

/** The pieces of memory that a core has, from all its headers. Faults: elf/truncated. */
export function readMemoryMap(headers: Uint8Array, file: string): MemoryPiece[] {
  const cursor = new Cursor(headers, { file })
  const pieces: MemoryPiece[] = []
  for (let at = CORE_HEADER_BYTES; at + PROGRAM_HEADER_BYTES <= headers.length; at += PROGRAM_HEADER_BYTES) {
    const type = cursor.seek(at).u32()
    if (type !== PT_LOAD) continue
    const offset = cursor.seek(at + 8).u64()
    const address = cursor.u64()
    pieces.push({ address, offset, size: cursor.seek(at + 32).u64() })
  }
  return pieces
}

/** Where the bytes at an address stand in the file; undefined when it has not all of them. */
export function offsetOf(map: readonly MemoryPiece[], address: bigint, size: number): bigint | undefined {
  const piece = map.find((one) => one.address <= address && address + BigInt(size) <= one.address + one.size)
  return piece === undefined ? undefined : piece.offset + (address - piece.address)
}
