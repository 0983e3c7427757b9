import { randomUUID } from 'node:crypto'
import { access, chmod, copyFile, link, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileFault } from './files.ts'

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}

/** Removes a file, or a folder with all that is in it; nothing there is fine. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch (error) {
    throw fileFault('remove', path, error)
  }
}

/** Names in a folder; none when it is not there. */
export async function listNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw fileFault('read', folder, error)
  }
}

/** Paths of the module files below a folder: .ko, or compressed; none when it is not there. */
export async function moduleFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  return names.filter((name) => /\.ko(\.(xz|zst|gz))?$/.test(name)).map((name) => `${folder}/${name}`)
}

/**
 * Makes `to` the same file as `from`, read-only from now on, or a copy where they lie on different file systems. It appears whole, also after a
 * crash; one that is there already stays. Safe with others that do the same.
 */
export async function shareFile(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true })
    await sync(from)
    await chmod(from, 0o444)
    await link(from, to).catch((error: unknown) => {
      if (!COPIED.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      return copyWhole(from, to)
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileFault('share', to, error)
  }
}

/** Other file systems, those without links, too many links, and files of others. */
const COPIED: ReadonlySet<string> = new Set(['EXDEV', 'EMLINK', 'EPERM', 'ENOTSUP'])

async function copyWhole(from: string, to: string): Promise<void> {
  const part = `${to}.${randomUUID()}.part`
  try {
    await copyFile(from, part)
    await sync(part)
    await rename(part, to)
  } finally {
    await rm(part, { force: true })
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Puts a folder into the place of another, which goes. Between two names there is a moment without: nothing here exchanges them in one step. */
export async function replaceFolder(path: string, by: string): Promise<void> {
  const former = `${by}.former`
  try {
    await rm(former, { recursive: true, force: true })
    if (await exists(path)) await rename(path, former)
    await rename(by, path)
    await rm(former, { recursive: true, force: true })
  } catch (error) {
    throw fileFault('replace', path, error)
  }
}
