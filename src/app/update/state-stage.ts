import { type FileChange, changedFunctions, findMissingState, readChange } from '../../core/lint/mod.ts'
import { type Blame, composeLines } from '../../core/update/mod.ts'
import type { SourceFile } from './difference.ts'

export interface StateBlame extends Blame {
  /** Whether what else changes in its file may be the rest of one fix with it. */
  readonly takesFile: boolean
}

/**
 * Functions that expect of what exists what only the new code makes, and macros that number anew what it is marked with, blamed before anything is compiled: no object shows it. `unitsOf` says which
 * atoms the kernel compiles at all.
 */
export function blameMissingState(files: readonly SourceFile[], unitsOf: ReadonlyMap<string, ReadonlySet<string>>): StateBlame[] {
  const changes = files.map(changeOf)
  const byPath = new Map(files.map((file) => [file.path, file]))
  return findMissingState({ files: changes, functions: changes.flatMap(changedFunctions) }).flatMap(
    ({ file, subjectFile, subject, what, isWhole }) =>
      (byPath.get(subjectFile ?? file)?.atoms ?? [])
        .filter((atom) => (unitsOf.get(atom.id)?.size ?? 0) > 0 && (holds(atom, subject) || defines(atom, subject)))
        .map((atom) => ({ atom: atom.id, why: { code: 'state-missing', reason: `${subject} ${what}` }, takesFile: !isWhole })),
  )
}

/**
 * The other functions that change in the file of a blamed one. Half of such a fix can be worse than none, and its halves may have no word in common:
 * of secretmem's, one function gives up the old accounting for the new one of others (Linux 6.1.192).
 */
export function blameNeighbours(missing: readonly StateBlame[], files: readonly SourceFile[]): Blame[] {
  return files.flatMap(({ atoms }) => {
    const blamed = atoms.find(({ id }) => missing.some(({ atom, takesFile }) => takesFile && atom === id))
    if (blamed === undefined) return []
    const name = blamed.items.find(({ region }) => region.kind === 'function')?.region.name
    const other = blamed.items[0]?.region.name ?? blamed.id
    const about = name === undefined ? `${other}, by which what exists is read` : `${name}, which relies on what only new code sets up`
    const reason = `it changes in one file with ${about}: they may be one fix`
    const functions = atoms.filter(({ isCode, items }) => isCode && items.some(({ region }) => region.kind === 'function'))
    return functions.map(({ id }) => ({ atom: id, why: { code: 'belongs-together', reason, with: blamed.id } }))
  })
}

function changeOf({ path, kind, before, atoms }: SourceFile): FileChange {
  const lines = kind === 'created' ? [] : before.lines
  return readChange(
    path,
    lines,
    composeLines(
      lines,
      atoms.flatMap(({ edits }) => edits),
    ),
  )
}

/** A system call's function has other names at the top level than the review gives it. */
function holds({ items }: SourceFile['atoms'][number], name: string): boolean {
  return items.some(({ region }) => region.kind === 'function' && region.names.some((own) => own === name || own === `__do_${name}`))
}

/** By its edited lines: a macro may stand inside of a type. */
function defines({ edits }: SourceFile['atoms'][number], name: string): boolean {
  const line = new RegExp(`^\\s*#\\s*define\\s+${name}\\s`)
  return edits.some(({ added }) => added.some((text) => line.test(text)))
}
