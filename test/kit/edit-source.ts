import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** One edit of a kernel source file: the first place of `find` becomes `replace`. */
export interface Edit {
  readonly path: string
  readonly find: string
  readonly replace: string
}

/** A unified diff that makes these edits on a source tree, as an author would hand it in. Throws when the text is not there. */
export function patchOf(tree: string, edits: readonly Edit[]): string {
  const files = new Map<string, string>()
  for (const { path, find, replace } of edits) {
    const text = files.get(path) ?? readFileSync(`${tree}/${path}`, 'utf8')
    if (!text.includes(find)) throw new Error(`${path} of this kernel has no "${find}"`)
    files.set(
      path,
      text.replace(find, () => replace),
    )
  }
  return [...files].map(([path, text]) => diff(`${tree}/${path}`, path, text)).join('')
}

function diff(original: string, path: string, text: string): string {
  const folder = mkdtempSync(`${tmpdir()}/kmend-edit-`)
  try {
    writeFileSync(`${folder}/patched`, text)
    execFileSync('diff', ['-u', '--label', `a/${path}`, '--label', `b/${path}`, original, `${folder}/patched`], { encoding: 'utf8' })
    return '' // diff ends with 0 when nothing differs
  } catch (error) {
    return (error as { stdout: string }).stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}
