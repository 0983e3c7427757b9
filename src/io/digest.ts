import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { fileFault } from './files.ts'

/** SHA-256 of a file, in hex. */
export async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch (error) {
    throw fileFault('read', path, error)
  }
  return hash.digest('hex')
}

/** Whether the file is there with exactly this content. */
export async function hasDigest(path: string, sha256: string): Promise<boolean> {
  try {
    return (await digestFile(path)) === sha256
  } catch {
    return false
  }
}
