import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The headers that a patch may include, as they come with kmend. */
export function patchHeaders(): { readonly folder: string; readonly digest: string } {
  const folder = fileURLToPath(new URL('../../../include', import.meta.url))
  const hash = createHash('sha256')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.h'))
  for (const path of files.toSorted()) hash.update(`${path}\n`).update(readFileSync(`${folder}/${path}`))
  return { folder, digest: hash.digest('hex') }
}
