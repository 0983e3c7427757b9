import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { Fault } from '../core/base/mod.ts'
import { findPayload, unpackLz4 } from '../core/kernel/mod.ts'
import { exec } from './exec.ts'

/** The vmlinux inside a bzImage. Faults: kernel/image, tool/missing. */
export async function unpackImage(image: Uint8Array, file: string): Promise<Uint8Array> {
  const payload = findPayload(image, file)
  const packed = image.subarray(payload.offset, payload.offset + payload.length)
  const vmlinux = await unpack(packed)
  if (vmlinux.length !== payload.unpackedSize) {
    throw new Fault(
      'kernel/image',
      `Cannot unpack the kernel: it has ${vmlinux.length} bytes where its image promises ${payload.unpackedSize}`,
      { in: file },
    )
  }
  return vmlinux

  async function unpack(bytes: Uint8Array): Promise<Uint8Array> {
    // kbuild appends the size to all formats but gzip, which ends in it anyway.
    const body = payload.compression === 'gzip' ? bytes : bytes.subarray(0, -4)
    const limit = { maxOutputLength: payload.unpackedSize + 1 }
    try {
      switch (payload.compression) {
        case 'gzip':
          return gunzipSync(body, limit)
        case 'zstd':
          return zstdDecompressSync(body, limit)
        case 'lz4':
          return unpackLz4(bytes, { size: payload.unpackedSize, file })
        case 'xz':
          return await unpackBy('xz', ['-dc', '--single-stream'], body, 'xz-utils')
        case 'lzma':
          return await unpackBy('xz', ['-dc', '--format=lzma'], body, 'xz-utils')
        case 'bzip2':
          return await unpackBy('bzip2', ['-dc'], body, 'bzip2')
        case 'lzo':
          return await unpackBy('lzop', ['-dc'], body, 'lzop')
        case 'none':
          return bytes
      }
    } catch (error) {
      if (error instanceof Fault) throw error
      throw new Fault('kernel/image', `Cannot unpack the kernel: ${(error as Error).message}`, {
        in: file,
        try: 'fetch the kernel image again: it is damaged',
      })
    }
  }

  async function unpackBy(tool: string, args: readonly string[], input: Uint8Array, from: string): Promise<Uint8Array> {
    const result = await exec(tool, args, { input, package: from })
    if (result.code === 0) return result.stdoutBytes
    throw new Fault('kernel/image', `Cannot unpack the kernel: ${tool} says ${result.stderr.trim()}`, { in: file })
  }
}

/** A module's file as the kernel loads it: .ko as it is, .ko.xz, .ko.zst and .ko.gz unpacked. */
export async function unpackModule(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  if (file.endsWith('.gz')) return gunzipSync(bytes)
  if (file.endsWith('.zst')) return zstdDecompressSync(bytes)
  if (!file.endsWith('.xz')) return bytes
  const result = await exec('xz', ['-dc'], { input: bytes, package: 'xz-utils' })
  if (result.code === 0) return result.stdoutBytes
  throw new Fault('elf/truncated', `Cannot unpack the module: xz says ${result.stderr.trim()}`, { in: file })
}
