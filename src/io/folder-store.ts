import { join } from 'node:path'
import { copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { randomUUID } from 'node:crypto'
import { fileFault, readBytes, syncFolder, writeWhole } from './files.ts'
import { withFlock } from './flock.ts'

/** A repository's files in a folder. A file appears whole, and is on the disk when the call returns. */
export function makeFolderStore(folder: string) {
  const at = (path: string) => join(folder, path)
  return {
    place: folder,
    /** Undefined when there is none. */
    async read(path: string): Promise<Uint8Array | undefined> {
      if ((await sizeOf(at(path))) === undefined) return undefined
      return readBytes(at(path))
    },
    size: (path: string) => sizeOf(at(path)),
    put: (path: string, content: Uint8Array) => writeWhole(at(path), content),
    putFile: (path: string, from: string) => appear(at(path), (part) => copyFile(from, part)),
    share: (from: string, to: string) => appear(at(to), (part) => link(at(from), part).catch(() => copyFile(at(from), part))), // no links here, or too many
    withLock: <T>(act: () => Promise<T>) => withFlock(at(LOCK), PATIENCE_MS, act, 'repository'),
  }
}

const LOCK = '.lock'
/** The lock of one that was killed is free a moment later. */
const PATIENCE_MS = 1000

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path)
    return found.isFile() ? found.size : undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw fileFault('read', path, error)
  }
}

async function appear(path: string, make: (part: string) => Promise<void>): Promise<void> {
  const part = `${path}.${randomUUID()}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    await make(part)
    const handle = await open(part, 'r')
    await handle.sync().finally(() => handle.close())
    await rename(part, path)
    await syncFolder(dirname(path))
  } catch (error) {
    throw fileFault('write', path, error)
  } finally {
    await rm(part, { force: true })
  }
}
