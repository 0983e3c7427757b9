import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Edit } from './edit-source.ts'

/** Two source trees with nothing but the edited files in them: as they are, and with the edits. Throws when the text is not there. */
export function editedTrees(tree: string, edits: readonly Edit[], folder: string): { readonly from: string; readonly to: string } {
  const [from, to] = [`${folder}/from`, `${folder}/to`]
  for (const side of [from, to]) {
    for (const path of ['Makefile', 'Kbuild', ...edits.map((edit) => edit.path)]) {
      mkdirSync(dirname(`${side}/${path}`), { recursive: true })
      cpSync(`${tree}/${path}`, `${side}/${path}`)
    }
  }
  for (const { path, find, replace } of edits) {
    const text = readFileSync(`${to}/${path}`, 'utf8')
    if (!text.includes(find)) throw new Error(`${path} of this kernel has no "${find}"`)
    writeFileSync(
      `${to}/${path}`,
      text.replace(find, () => replace),
    )
  }
  return { from, to }
}
