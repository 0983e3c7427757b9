import { parseUnifiedDiff } from '../../src/core/source/mod.ts'
import { type CFile, readCFile } from '../../src/core/c/mod.ts'
import { type Atom, atomsOf, editsOf } from '../../src/core/update/mod.ts'

export interface EditedFile {
  readonly path: string
  readonly before: CFile
  readonly after: CFile
  readonly atoms: readonly Atom[]
}

/** One file of an update as its lines: `-` and `+` are the edits, all else stays. */
export function editedFile(path: string, lines: string): EditedFile {
  const marked = lines.replace(/^\n/, '').split('\n')
  const side = (mark: string) => marked.flatMap((line) => (/^[-+]/.test(line) && !line.startsWith(mark) ? [] : [line.replace(/^[-+]/, '')]))
  const [old, now] = [side('-'), side('+')]
  const body = marked.map((line) => (/^[-+]/.test(line) ? line : ` ${line}`)).join('\n')
  const text = `--- a/${path}\n+++ b/${path}\n@@ -1,${old.length} +1,${now.length} @@\n${body}\n`
  const [before, after] = [readCFile(old.join('\n')), readCFile(now.join('\n'))]
  return { path, before, after, atoms: atomsOf(path, before, after, editsOf(parseUnifiedDiff(text, path).files[0]?.hunks ?? [])) }
}
