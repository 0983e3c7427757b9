import { mkdtempSync, rmSync } from 'node:fs'
import { access, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileFault } from './files.ts'

/** Folders of this process that are still there; they go with it, however early it ends. */
const folders = new Set<string>()
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder `<prefix><process>-…` of this process in the system's temporary one. Those that processes left behind which were killed are removed. */
export async function makePassingFolder(prefix: string): Promise<string> {
  try {
    await removeOrphans(prefix)
    const folder = mkdtempSync(`${tmpdir()}/${prefix}${process.pid}-`)
    folders.add(folder) // in the same breath: a signal may end this process at any time
    return folder
  } catch (error) {
    throw fileFault('make a folder in', tmpdir(), error)
  }
}

/** Safe to call again. */
export async function removePassingFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  folders.delete(folder)
}

async function removeOrphans(prefix: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(prefix) ? /^\d+(?=-)/.exec(name.slice(prefix.length))?.[0] : undefined
    if (pid === undefined) continue
    const isAlive = await access(`/proc/${pid}`).then(
      () => true,
      () => false,
    )
    if (!isAlive) await rm(`${tmpdir()}/${name}`, { recursive: true, force: true })
  }
}
