import { exec } from './exec.ts'

/** C files below a folder of a tree that hold one of these words (identifiers), as paths in the tree. */
export async function filesNaming(tree: string, folder: string, words: readonly string[]): Promise<string[]> {
  if (words.length === 0) return []
  const patterns = words.flatMap((word) => ['-e', word])
  const result = await exec('grep', ['-rlwF', '--include=*.[ch]', ...patterns, folder], { cwd: tree })
  return result.stdout.split('\n').filter((path) => path !== '')
}
