import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type UnitCommand, planShadow } from '../core/kernel/mod.ts'
import { fileFault } from './files.ts'

/** A link to the prepared tree, by which all others lead: ext4 keeps a link of less than 60 bytes in its inode, and a block for each longer one. */
const TREE = '.tree'

export interface ShadowTree {
  /** The prepared tree, absolute; it is only read. */
  readonly tree: string
  /** Where the shadow goes; what is there is removed first. */
  readonly destination: string
  /** By path in the tree: the whole new content, or undefined for a file that is no more. */
  readonly changedFiles: ReadonlyMap<string, string | Uint8Array | undefined>
  /** The units that will be compiled in the shadow. */
  readonly units: readonly UnitCommand[]
  /** The kernel's upward-includes.json: how far up `../` of each folder's files reaches. */
  readonly upwardIncludes: Readonly<Record<string, number>>
}

/**
 * Makes a tree that reads as the prepared one with some files changed: folders on the way to them are real, all else is symbolic links.
 * The compiler takes paths as spelled, so relative names, `__FILE__` and quoted includes stay as they are.
 */
export async function makeShadowTree(shadow: ShadowTree): Promise<void> {
  const { tree, destination, changedFiles } = shadow
  const real = planShadow(shadow)
  try {
    await rm(destination, { recursive: true, force: true })
    for (const folder of [...real].toSorted()) await mkdir(`${destination}/${folder}`, { recursive: true })
    await symlink(tree, `${destination}/${TREE}`)
    await Promise.all([...real].map((folder) => linkEntries(folder)))
    for (const [path, content] of changedFiles) {
      if (content === undefined) continue
      await mkdir(dirname(`${destination}/${path}`), { recursive: true })
      await writeFile(`${destination}/${path}`, content)
    }
  } catch (error) {
    throw fileFault('make the shadow tree', destination, error)
  }

  async function linkEntries(folder: string): Promise<void> {
    const prefix = folder === '' ? '' : `${folder}/`
    const names = await readdir(`${tree}/${folder}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [] // a folder that the change brings
      throw error
    })
    const links = names.map((name) => `${prefix}${name}`).filter((path) => !real.has(path) && !changedFiles.has(path))
    const up = '../'.repeat(folder === '' ? 0 : folder.split('/').length)
    for (const path of links) await symlink(`${up}${TREE}/${path}`, `${destination}/${path}`)
  }
}
