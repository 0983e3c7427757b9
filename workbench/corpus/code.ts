import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../run.ts'

/** Digest of the product's own code: what it decided about a case holds as long as it stays. */
export async function digestCode(): Promise<string> {
  const folder = join(ROOT, 'src')
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  const digests = await Promise.all(names.toSorted().map(async (name) => `${name} ${hash('sha256', await readFile(join(folder, name)))}`))
  return hash('sha256', digests.join('\n'))
}
