import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { Fault } from '../core/base/mod.ts'
import { type Payload, UNPACK_TOOLS, findPayload } from '../core/kernel/mod.ts'
import { exec } from './exec.ts'
import { readBytes } from './files.ts'
import { exists } from './folders.ts'

/** The vmlinux inside a bzImage. Faults: kernel/image, tool/missing. */
export async function unpackImage(image: Uint8Array, file: string): Promise<Uint8Array> {
  const payload = findPayload(image, file)
  const packed = image.subarray(payload.offset, payload.offset + payload.length)
  const vmlinux = await unpack(packed, { ...payload, file })
  if (vmlinux.length === payload.unpackedSize) return vmlinux
  throw new Fault(
    'kernel/image',
    `Cannot unpack the kernel: it has ${vmlinux.length} bytes where its image promises ${payload.unpackedSize}`,
    {
      in: file,
    },
  )
}

async function unpack(packed: Uint8Array, { compression, unpackedSize, file }: Payload & { readonly file: string }): Promise<Uint8Array> {
  // kbuild appends the size to all formats but gzip, which ends in it anyway.
  const body = compression === 'gzip' || compression === 'none' ? packed : packed.subarray(0, -4)
  switch (compression) {
    case 'gzip':
    case 'zstd':
      return unpackByZlib(body, { compression, unpackedSize, file })
    case 'none':
      return packed
    default:
      return unpackByTool(body, { ...UNPACK_TOOLS[compression], file })
  }
}

function unpackByZlib(
  body: Uint8Array,
  how: { readonly compression: 'gzip' | 'zstd'; readonly unpackedSize: number; readonly file: string },
): Uint8Array {
  const limit = { maxOutputLength: how.unpackedSize + 1 }
  try {
    return how.compression === 'gzip' ? gunzipSync(body, limit) : zstdDecompressSync(body, limit)
  } catch (error) {
    throw damaged((error as Error).message, how.file)
  }
}

async function unpackByTool(
  body: Uint8Array,
  how: { readonly tool: string; readonly args: readonly string[]; readonly package: string; readonly file: string },
): Promise<Uint8Array> {
  const result = await exec(how.tool, how.args, { input: body, package: how.package })
  if (result.code === 0) return result.stdoutBytes
  throw damaged(`${how.tool} says ${result.stderr.trim()}`, how.file)
}

function damaged(finding: string, file: string): Fault {
  return new Fault('kernel/image', `Cannot unpack the kernel: ${finding}`, { in: file, try: 'fetch the kernel image again: it is damaged' })
}

/** A module's file as the kernel loads it: .ko as it is, .ko.xz, .ko.zst and .ko.gz unpacked. Faults: elf/truncated, tool/missing. */
export async function unpackModule(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  try {
    if (file.endsWith('.gz')) return gunzipSync(bytes)
    if (file.endsWith('.zst')) return zstdDecompressSync(bytes)
    if (file.endsWith('.xz')) return await unpackByTool(bytes, { ...UNPACK_TOOLS.xz, file })
    return bytes
  } catch (error) {
    if (error instanceof Fault && error.code === 'tool/missing') throw error
    throw new Fault('elf/truncated', `Cannot unpack the module: ${(error as Error).message}`, { in: file })
  }
}

/**
 * A module's content. The path may leave out the suffix of a compression: a distribution compresses all modules of a kernel or none.
 * Faults: io/missing, and those of `unpackModule`.
 */
export async function readModule(path: string): Promise<Uint8Array> {
  for (const suffix of ['.xz', '.zst', '.gz']) {
    if (await exists(`${path}${suffix}`)) return unpackModule(await readBytes(`${path}${suffix}`), `${path}${suffix}`)
  }
  return unpackModule(await readBytes(path), path)
}
