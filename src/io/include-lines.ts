import { readdir } from 'node:fs/promises'
import { exec } from './exec.ts'
import { fileFault } from './files.ts'

/** Parts of a kernel source tree that no unit of an x86 kernel includes. */
const LEFT_OUT = ['Documentation', 'samples', 'tools', 'LICENSES', 'debian']

/** The `#include` lines of all C files and headers of a tree, as grep prints them. */
export async function includeLines(tree: string): Promise<string> {
  const folders = await foldersOf(tree)
  if (folders.length === 0) return ''
  const lines = ['-rEoH', '--include=*.[ch]', '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"][^>"]+']
  return (await exec('grep', [...lines, '--', ...folders], { cwd: tree })).stdout
}

/** Not by `--exclude-dir`: that would leave out folders of these names at any depth. What is a link belongs to another tree. */
async function foldersOf(tree: string): Promise<string[]> {
  const entries = await readdir(tree, { withFileTypes: true }).catch((error: unknown) => {
    throw fileFault('read', tree, error)
  })
  return entries.flatMap((entry) => (entry.isDirectory() && !LEFT_OUT.includes(entry.name) ? [entry.name] : [])).toSorted()
}

/** Paths of all C files and headers of a tree. */
export async function cFiles(tree: string): Promise<string[]> {
  const pruned = LEFT_OUT.flatMap((folder) => ['-path', `./${folder}`, '-prune', '-o'])
  const result = await exec('find', ['.', ...pruned, '-name', '*.[ch]', '-print'], { cwd: tree, package: 'findutils' })
  return result.stdout.split('\n').map((path) => path.slice(2))
}
