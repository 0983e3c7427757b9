import { Fault } from '../core/base/mod.ts'
import { exec } from './exec.ts'

/** The unified diff of two files, labelled as one path in two trees; empty when they are equal. Faults: tool/missing, tool/failed. */
export async function diffFiles(older: string, newer: string, path: string): Promise<string> {
  const { code, stdout, stderr } = await exec('diff', ['-u', '-p', '--label', `a/${path}`, '--label', `b/${path}`, older, newer], {
    package: 'diffutils',
  })
  if (code > 1) throw new Fault('tool/failed', `Cannot compare two versions of ${path}: ${stderr.trim()}`, { in: newer })
  return stdout
}
