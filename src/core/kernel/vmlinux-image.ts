import { Cursor, Fault, latin1FromBytes } from '../base/mod.ts'

/** The bzImage's setup header, from Documentation/x86/boot.rst (arch/x86 since 6.6): where the compressed vmlinux lies. */

export type Compression = 'gzip' | 'xz' | 'zstd' | 'lz4' | 'lzma' | 'bzip2' | 'lzo' | 'none'

export interface Payload {
  /** Bytes from the start of the image. */
  readonly offset: number
  readonly length: number
  readonly compression: Compression
  /** Size of the unpacked vmlinux, as kbuild appends it to the payload; for gzip the ISIZE field, which is the same. */
  readonly unpackedSize: number
}

const SETUP_SECTS_AT = 0x1f1
const MAGIC_AT = 0x202
const PAYLOAD_AT = 0x248
const SECTOR = 512
/** Version 2.08 of the boot protocol brought payload_offset. */
const MIN_PROTOCOL = 0x0208
/** No kernel is near this; a hostile size must not take all memory. */
const MAX_UNPACKED = 1 << 30

const MAGICS: readonly (readonly [Compression, string])[] = [
  ['gzip', '\x1f\x8b'],
  ['xz', '\xfd7zXZ\0'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['lz4', '\x02\x21\x4c\x18'],
  ['bzip2', 'BZh'],
  ['lzma', '\x5d\0\0'],
  ['lzo', '\x89LZO'],
  ['none', '\x7fELF'],
]

/** The programs that unpack what a kernel or module may be compressed with, and their Debian packages; the other compressions need none. */
export const UNPACK_TOOLS = {
  xz: { tool: 'xz', args: ['-dc', '--single-stream'], package: 'xz-utils' },
  lzma: { tool: 'xz', args: ['-dc', '--format=lzma'], package: 'xz-utils' },
  lz4: { tool: 'lz4', args: ['-dc'], package: 'lz4' },
  bzip2: { tool: 'bzip2', args: ['-dc'], package: 'bzip2' },
  lzo: { tool: 'lzop', args: ['-dc'], package: 'lzop' },
} as const

/** Finds the compressed vmlinux in a bzImage. Faults: kernel/image. */
export function findPayload(image: Uint8Array, file: string): Payload {
  const cursor = new Cursor(image, { file, truncated: 'kernel/image' })
  if (latin1FromBytes(cursor.seek(MAGIC_AT).bytes(4)) !== 'HdrS') throw bad('it has no setup header (no "HdrS" at offset 0x202)', file)
  if (cursor.u16() < MIN_PROTOCOL) throw bad('its boot protocol is older than 2.08', file)
  const setupSectors = cursor.seek(SETUP_SECTS_AT).u8() || 4
  cursor.seek(PAYLOAD_AT)
  const offset = (setupSectors + 1) * SECTOR + cursor.u32()
  const length = cursor.u32()
  const payload = cursor.seek(offset).bytes(length)
  const start = latin1FromBytes(payload.subarray(0, 8))
  const compression = MAGICS.find(([, magic]) => start.startsWith(magic))?.[0]
  if (compression === undefined) throw bad(`its payload at offset 0x${offset.toString(16)} is in no known compression`, file)
  const unpackedSize = compression === 'none' ? length : cursor.seek(offset + length - 4).u32()
  if (unpackedSize > MAX_UNPACKED) throw bad(`it claims to unpack to ${unpackedSize} bytes`, file)
  return { offset, length, compression, unpackedSize }
}

function bad(finding: string, file: string): Fault {
  return new Fault('kernel/image', `Cannot find the kernel in this image: ${finding}`, {
    in: file,
    try: 'give the vmlinuz of an x86-64 kernel package',
  })
}
