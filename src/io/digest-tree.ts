import { hash } from 'node:crypto'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { fileFault } from './files.ts'

/** What a build leaves among the sources: no part of them. */
const LEFT_BY_BUILDS = /(^|\/)\.[^/]*\.cmd$|\.(?:o|ko|a|mod|order|symvers)$/
/** Files read at the same time. */
const AT_ONCE = 32

/** SHA-256 of every source file of a tree, by path, in order; of a symbolic link, of where it leads. Objects and .git are left out. Faults: io/*. */
export async function digestTree(tree: string): Promise<Map<string, string>> {
  try {
    const files = (await listFiles(tree, '')).toSorted((a, b) => (a.path < b.path ? -1 : 1))
    const digests: string[] = []
    const queue = files.entries()
    const work = async () => {
      for (const [index, { path, isLink }] of queue) {
        digests[index] = isLink
          ? hash('sha256', `link ${await readlink(`${tree}/${path}`)}`)
          : hash('sha256', await readFile(`${tree}/${path}`))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return new Map(files.map(({ path }, index) => [path, digests[index] ?? '']))
  } catch (error) {
    throw fileFault('read', tree, error)
  }
}

interface TreeFile {
  readonly path: string
  readonly isLink: boolean
}

async function listFiles(tree: string, folder: string): Promise<TreeFile[]> {
  const entries = await readdir(`${tree}/${folder}`, { withFileTypes: true })
  const lists = await Promise.all(
    entries.map(async (entry): Promise<TreeFile[]> => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) return entry.name === '.git' ? [] : listFiles(tree, path)
      return LEFT_BY_BUILDS.test(path) ? [] : [{ path, isLink: entry.isSymbolicLink() }]
    }),
  )
  return lists.flat()
}
