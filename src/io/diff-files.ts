import { Fault } from '../core/base/mod.ts'
import { execApart } from './exec-apart.ts'

/**
 * The unified diff of two files, labelled as one path in two trees; empty when they are equal. Undefined stands for a file that one of the trees
 * lacks. Faults: tool/missing, tool/failed.
 */
export async function diffFiles(older: string | undefined, newer: string | undefined, path: string): Promise<string> {
  const label = (file: string | undefined, name: string) => ['--label', file === undefined ? '/dev/null' : name]
  const sides = [...label(older, `a/${path}`), ...label(newer, `b/${path}`), older ?? '/dev/null', newer ?? '/dev/null']
  const { code, stdout, stderr } = await execApart('diff', ['-u', '-p', ...sides], { package: 'diffutils' })
  if (code > 1) throw new Fault('tool/failed', `Cannot compare two versions of ${path}: ${stderr.trim()}`, { in: newer ?? older ?? path })
  return stdout
}
