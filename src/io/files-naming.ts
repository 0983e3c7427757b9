import { exec } from './exec.ts'

/** A command line holds about 2 MB. */
const MOST_PATHS = 8000

export interface Haystack {
  readonly files: readonly string[]
  /** Folders of which the headers are searched, at any depth. */
  readonly headersIn: readonly string[]
}

/** Which files of a tree hold one of these words (identifiers), as paths in the tree. Files that are missing are passed over. */
export async function filesNaming(tree: string, { files, headersIn }: Haystack, words: readonly string[]): Promise<string[]> {
  if (words.length === 0) return []
  const patterns = words.flatMap((word) => ['-e', word])
  const parts = Array.from({ length: Math.ceil(files.length / MOST_PATHS) }, (_, rank) =>
    files.slice(rank * MOST_PATHS, (rank + 1) * MOST_PATHS),
  )
  const searches = [
    ...parts.map((part) => ['-slwF', ...patterns, '--', ...part]),
    ...(headersIn.length === 0 ? [] : [['-rslwF', '--include=*.h', ...patterns, '--', ...headersIn]]),
  ]
  const results = await Promise.all(searches.map((search) => exec('grep', search, { cwd: tree })))
  return results.flatMap(({ stdout }) => stdout.split('\n').filter((path) => path !== ''))
}
