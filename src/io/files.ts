import { mkdir, open, readFile, rename, rm, truncate, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../core/base/mod.ts'

/** The whole file, or a fault that says what could not be read and why. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const buffer = await readFile(path)
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length) // not a Buffer: its slice() would share memory
  } catch (error) {
    throw fileFault('read', path, error)
  }
}

export async function readText(path: string): Promise<string> {
  return Buffer.from(await readBytes(path)).toString('utf8')
}

/** Writes all or nothing: a reader sees the old file or the new one, also after a crash; it is on the disk when this returns, and under its name. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const part = `${path}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    const handle = await open(part, 'w')
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    throw fileFault('write', path, error)
  }
}

/** Makes a file that is not there yet; false when there is one. What cannot be written whole is taken away again. */
export async function createNew(path: string, content: string, mode: number): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true })
    const handle = await open(path, 'wx', mode)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } catch (error) {
      await rm(path, { force: true })
      throw error
    } finally {
      await handle.close()
    }
    await syncFolder(dirname(path))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw fileFault('write', path, error)
  }
}

/** Puts text behind what is there; it is on the disk when this returns. */
export async function appendSynced(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    const handle = await open(path, 'a')
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw fileFault('write', path, error)
  }
}

/** What was renamed or removed in a folder is so after a crash, too: fsync(2) of a file says nothing of its name. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // A file system that knows no such thing.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
  } finally {
    await handle.close()
  }
}

export async function truncateFile(path: string, sizeBytes: number): Promise<void> {
  await truncate(path, sizeBytes).catch((error: unknown) => {
    throw fileFault('write', path, error)
  })
}

/** Removes a file; it is gone from the disk when this returns. One that is not there is gone. */
export async function removeSynced(path: string): Promise<void> {
  try {
    await unlink(path)
    await syncFolder(dirname(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileFault('remove', path, error)
  }
}

/** A file system error as a fault. */
export function fileFault(act: string, path: string, error: unknown): Fault {
  const code = (error as NodeJS.ErrnoException).code
  switch (code) {
    case 'ENOENT':
      return new Fault('io/missing', `Cannot ${act} ${path}: there is no such file`, { in: path })
    case 'ENOSPC':
    case 'EDQUOT':
      return new Fault('io/no-space', `Cannot ${act} ${path}: the disk is full`, {
        in: path,
        try: 'free some space, then run the same command again: it resumes',
      })
    case 'EFBIG':
      return new Fault('io/no-space', `Cannot ${act} ${path}: it is larger than a file may be there`, {
        in: path,
        try: 'look at ulimit -f and at the file system, then run the same command again',
      })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Fault('io/permission', `Cannot ${act} ${path}: permission denied (${code})`, { in: path })
    default:
      return new Fault('io/failed', `Cannot ${act} ${path}: ${(error as Error).message}`, { in: path })
  }
}
