import { exec } from './exec.ts'

/** Parts of a kernel source tree that no unit of an x86 kernel includes. */
const LEFT_OUT = ['Documentation', 'samples', 'tools', 'LICENSES', 'debian']

/** The `#include` lines of all C files and headers of a tree, as grep prints them. */
export async function includeLines(tree: string): Promise<string> {
  const excluded = LEFT_OUT.map((folder) => `--exclude-dir=${folder}`)
  const result = await exec(
    'grep',
    ['-rEo', '--include=*.[ch]', ...excluded, '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"][^>"]+', '.'],
    { cwd: tree },
  )
  return result.stdout.replaceAll(/^\.\//gm, '')
}

/** Paths of all C files and headers of a tree. */
export async function cFiles(tree: string): Promise<string[]> {
  const pruned = LEFT_OUT.flatMap((folder) => ['-path', `./${folder}`, '-prune', '-o'])
  const result = await exec('find', ['.', ...pruned, '-name', '*.[ch]', '-print'], { cwd: tree, package: 'findutils' })
  return result.stdout.split('\n').map((path) => path.slice(2))
}
