import { cp, mkdir, readdir, symlink } from 'node:fs/promises'
import { fileFault } from './files.ts'

/** What kbuild writes beside a module's source when it builds it: with these there, it would find nothing to do. */
const BUILT = /(\.(o|ko|mod|cmd|order|symvers|a|d)|\.mod\.c|\.ko\.(xz|zst|gz)|(^|\/)\.git|(^|\/)\.tmp_versions)$/

/**
 * A kernel tree by links, with a copy of a module's source, without what a build left there, at `prefix`. Returns the folders of the copy, by path in the tree.
 */
export async function layModule(request: {
  readonly tree: string
  readonly source: string
  readonly destination: string
  readonly prefix: string
}): Promise<string[]> {
  const { tree, source, destination, prefix } = request
  try {
    await mkdir(`${destination}/${prefix}`, { recursive: true })
    const [top = ''] = prefix.split('/')
    for (const name of await readdir(tree)) if (name !== top) await symlink(`${tree}/${name}`, `${destination}/${name}`)
    // Links out of the source are followed: what they lead to is part of it.
    await cp(source, `${destination}/${prefix}`, { recursive: true, dereference: true, filter: (path) => !BUILT.test(path) })
    const entries = await readdir(`${destination}/${prefix}`, { recursive: true, withFileTypes: true })
    const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => `${entry.parentPath}/${entry.name}`)
    return [prefix, ...folders.map((folder) => folder.slice(destination.length + 1))]
  } catch (error) {
    throw fileFault('copy the source of the module', source, error)
  }
}
