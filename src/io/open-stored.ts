import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Fault } from '../core/base/mod.ts'
import { type OpenOptions, type Opened, tooMuch } from './fetch-limits.ts'
import { fileFault } from './files.ts'

/** A file of a repository that lies in a folder: on a stick, or a share. What is no plain file there is not there. */
export async function openStored(url: URL, { maxBytes, fromByte = 0 }: OpenOptions): Promise<Opened> {
  const path = fileURLToPath(url)
  try {
    const real = await realpath(path)
    const file = await stat(real)
    if (!file.isFile()) return { kind: 'missing' }
    if (file.size > maxBytes) throw tooMuch(path, maxBytes)
    const start = Math.min(fromByte, file.size)
    return { kind: 'body', fromByte: start, tag: undefined, chunks: read(real, start, maxBytes) }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' }
    throw error instanceof Fault ? error : fileFault('read', path, error)
  }
}

async function* read(path: string, start: number, maxBytes: number): AsyncIterable<Uint8Array> {
  let left = maxBytes - start
  try {
    for await (const chunk of createReadStream(path, { start }) as AsyncIterable<Uint8Array>) {
      // It grew while it was read.
      left -= chunk.length
      if (left < 0) throw tooMuch(path, maxBytes)
      yield chunk
    }
  } catch (error) {
    throw error instanceof Fault ? error : fileFault('read', path, error)
  }
}
