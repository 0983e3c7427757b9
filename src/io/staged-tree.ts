import { chmod, copyFile, mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PackageTree } from '../core/package/mod.ts'

/** Writes the tree below a folder that it makes anew, all of one time: neither the umask nor the clock gets into a package. */
export async function stageTree({ files, folders }: PackageTree, root: string, epoch: number): Promise<void> {
  await rm(root, { recursive: true, force: true })
  const made = foldersOf([...files, ...folders])
  for (const folder of ['/', ...made]) await makeFolder(join(root, folder), 0o755)
  for (const { path, mode } of folders) await makeFolder(join(root, path), mode)
  for (const { path, content, mode = 0o644 } of files) {
    const target = join(root, path)
    if (typeof content === 'object' && 'from' in content) await copyFile(content.from, target)
    else await writeFile(target, content)
    await chmod(target, mode)
    await utimes(target, epoch, epoch)
  }
  // Folders last, deepest first: a file laid into one changes its time.
  for (const folder of [...new Set(['/', ...made, ...folders.map(({ path }) => path)])].toSorted().toReversed())
    await utimes(join(root, folder), epoch, epoch)
}

/** All folders above these, the outermost first. */
export function foldersOf(files: readonly { readonly path: string }[]): string[] {
  const found = new Set<string>()
  for (const { path } of files) for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) found.add(folder)
  return [...found].toSorted()
}

async function makeFolder(path: string, mode: number): Promise<void> {
  await mkdir(path, { recursive: true })
  await chmod(path, mode)
}
