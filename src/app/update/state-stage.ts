import {
  AS_NUMBER,
  GIVES_NOTHING,
  type FileChange,
  RECKONED,
  changedFunctions,
  findMissingState,
  readChange,
  renumberedOn,
} from '../../core/lint/mod.ts'
import { type Blame, composeLines } from '../../core/update/mod.ts'
import type { SourceFile } from './difference.ts'

/**
 * Functions that expect of what exists what only the new code makes, and macros that number anew what it is marked with, blamed before anything is compiled: no object shows it. `unitsOf` says which
 * atoms the kernel compiles at all.
 */
export function blameMissingState(files: readonly SourceFile[], unitsOf: ReadonlyMap<string, ReadonlySet<string>>): Blame[] {
  const changes = concerned(files).map(changeOf)
  const byPath = new Map(files.map((file) => [file.path, file]))
  return findMissingState({ files: changes, functions: changes.flatMap(changedFunctions) }).flatMap(({ file, subject, what }) =>
    (byPath.get(file)?.atoms ?? [])
      .filter((atom) => (unitsOf.get(atom.id)?.size ?? 0) > 0 && (holds(atom, subject) || defines(atom, subject)))
      .map((atom) => ({ atom: atom.id, why: { code: 'state-missing', reason: `${subject} ${what}` } })),
  )
}

/**
 * The other functions that change in the file of a blamed one. Half of such a fix can be worse than none, and its halves may have no word in common:
 * of secretmem's, one function gives up the old accounting for the new one of others (Linux 6.1.192).
 */
export function blameNeighbours(missing: readonly Blame[], files: readonly SourceFile[]): Blame[] {
  return files.flatMap(({ atoms }) => {
    const blamed = atoms.find(({ id }) => missing.some(({ atom }) => atom === id))
    if (blamed === undefined) return []
    const name = blamed.items.find(({ region }) => region.kind === 'function')?.region.name
    const other = blamed.items[0]?.region.name ?? blamed.id
    const about = name === undefined ? `${other}, by which what exists is read` : `${name}, which relies on what only new code sets up`
    const reason = `it changes in one file with ${about}: they may be one fix`
    const functions = atoms.filter(({ isCode, items }) => isCode && items.some(({ region }) => region.kind === 'function'))
    return functions.map(({ id }) => ({ atom: id, why: { code: 'belongs-together', reason, with: blamed.id } }))
  })
}

/** Those that define a new type or variable or have its name on an edited line, and those with a word for what the other rules look at: the rest of a whole update is not read again. */
function concerned(files: readonly SourceFile[]): SourceFile[] {
  const names = new Set(
    files.flatMap(({ atoms }) =>
      atoms.flatMap(({ items }) =>
        items.flatMap(({ region, change }) => (change === 'new' && (region.kind === 'type' || region.kind === 'data') ? region.names : [])),
      ),
    ),
  )
  const isConcerned = ({ mentions, edits }: SourceFile['atoms'][number]) =>
    [...mentions].some(([name, count]) => names.has(name) || (count !== 0 && TELLING.test(name))) ||
    edits.some(({ added }) => added.some((line) => RECKONED.test(line) || GIVES_NOTHING.test(line)))
  const numbered = files.flatMap(renumbered)
  const isNumbered = numbered.length === 0 ? () => false : (line: string) => new RegExp(`\\b(?:${numbered.join('|')})\\b`).test(line)
  const isTaken = (file: SourceFile) => [...addedLines(file), ...removedLines(file)].some((line) => AS_NUMBER.test(line))
  return files.filter(
    (file) => file.atoms.some(isConcerned) || isTaken(file) || [file.before, file.after].some(({ lines }) => lines.some(isNumbered)),
  )
}

/** Macros of which an edit changes the number: who stores or tests them may stand on lines that stay, and in other files. */
function renumbered(file: SourceFile): string[] {
  return renumberedOn(removedLines(file), addedLines(file))
}

function addedLines({ atoms }: SourceFile): string[] {
  return atoms.flatMap(({ edits }) => edits.flatMap(({ added }) => added))
}

function removedLines({ before, atoms }: SourceFile): string[] {
  return atoms.flatMap(({ edits }) => edits.flatMap(({ oldStart, removed }) => before.lines.slice(oldStart - 1, oldStart - 1 + removed)))
}

/** Of functions that initialise something, and of those that count. */
const TELLING = /(^|_)(?:init|get|put|hold|active|deactive)(_|$)|^INIT_|^(?:refcount|kref|atomic\w*)_/

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
