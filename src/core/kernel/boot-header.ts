import { Cursor, latin1FromBytes } from '../base/mod.ts'

/** The setup header of a bzImage, Documentation/arch/x86/boot.rst: the part that says which kernel it is. */

const MAGIC_AT = 0x202
const KERNEL_VERSION_AT = 0x20e
/** kernel_version counts from here. */
const VERSION_BASE = 0x200
const MAX_VERSION = 512

/** As much of an image's start as `readKernelVersion` needs: the setup code, of 64 sectors at most. */
export const BOOT_HEADER_BYTES = 65 * 512

export interface BootVersion {
  /** As `uname -r` prints it once it is booted. */
  readonly release: string
  /** As `uname -v` prints it: `#1 SMP PREEMPT_DYNAMIC Debian 6.1.190-1 (2026-11-02)`. */
  readonly version: string
}

/** From the start of a boot image; undefined when it is none of x86, or does not say. */
export function readKernelVersion(start: Uint8Array, file: string): BootVersion | undefined {
  if (start.length < VERSION_BASE + 0x12) return undefined
  const cursor = new Cursor(start, { file, truncated: 'kernel/image' })
  if (latin1FromBytes(cursor.seek(MAGIC_AT).bytes(4)) !== 'HdrS') return undefined
  const pointer = cursor.seek(KERNEL_VERSION_AT).u16()
  if (pointer === 0) return undefined
  const text = latin1FromBytes(start.subarray(VERSION_BASE + pointer, VERSION_BASE + pointer + MAX_VERSION)).split('\0')[0] ?? ''
  // `<release> (<who built it>) <version>`, arch/x86/boot/version.c.
  const [, release, version = ''] = /^(\S+) \(.*?\) (.*)$/.exec(text) ?? []
  return release === undefined ? undefined : { release, version }
}
