/**
 * How a traced function begins in memory on x86-64: an endbr64 where the kernel is built for indirect branch tracking, then five bytes that ftrace
 * owns (arch/x86/kernel/ftrace.c). Nothing else rewrites them.
 */
export interface FunctionEntry {
  readonly pad: 'none' | 'endbr64' | 'sealed'
  /** Bytes from the function's start to ftrace's five. */
  readonly padBytes: number
  readonly site: Site
}

export type Site =
  /** Nothing is attached. */
  | { readonly kind: 'nop' }
  /** The bytes are being changed at this moment, or a kprobe sits here. */
  | { readonly kind: 'breakpoint' }
  | { readonly kind: 'call' | 'jump'; readonly target: bigint }
  /** What neither ftrace nor a kprobe writes. */
  | { readonly kind: 'other' }

/** Bytes of ftrace's place. */
export const SITE_BYTES = 5

/** A landing pad and the site, with some room for what a person wants to see. */
export const ENTRY_BYTES = 16

const NOP = [0x0f, 0x1f, 0x44, 0x00, 0x00]
const ENDBR64 = [0xf3, 0x0f, 0x1e, 0xfa]
/** What the kernel writes over an endbr64 that nothing may call indirectly: gen_endbr_poison() of arch/x86/include/asm/ibt.h, before and since 6.15. */
const SEALS = [
  [0x66, 0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0xd6],
]

/** The entry of a function at an address, from its first bytes. */
export function decodeEntry(bytes: Uint8Array, address: bigint): FunctionEntry {
  const pad = begins(bytes, ENDBR64) ? 'endbr64' : SEALS.some((seal) => begins(bytes, seal)) ? 'sealed' : 'none'
  const padBytes = pad === 'none' ? 0 : ENDBR64.length
  return { pad, padBytes, site: decodeSite(bytes.subarray(padBytes), address + BigInt(padBytes)) }
}

/** ftrace's five bytes at an address. */
export function decodeSite(bytes: Uint8Array, address: bigint): Site {
  if (begins(bytes, NOP)) return { kind: 'nop' }
  const [opcode] = bytes
  if (opcode === 0xcc) return { kind: 'breakpoint' }
  if ((opcode === 0xe8 || opcode === 0xe9) && bytes.length >= SITE_BYTES) {
    const distance = new DataView(bytes.buffer, bytes.byteOffset).getInt32(1, true)
    return { kind: opcode === 0xe8 ? 'call' : 'jump', target: BigInt.asUintN(64, address + BigInt(SITE_BYTES + distance)) }
  }
  return { kind: 'other' }
}

function begins(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte)
}
