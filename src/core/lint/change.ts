import { type CodeFile, type CFunction, type CodeLine, functionAt, readC, textOf } from './c-text.ts'

/** A changed file of the kernel's source, before and after. Lines count from 1. */
export interface FileChange {
  readonly path: string
  readonly before: CodeFile
  readonly after: CodeFile
  readonly removed: ReadonlySet<number>
  readonly added: ReadonlySet<number>
}

/** A function whose code differs, not only its comments or its layout. */
export interface FunctionChange {
  readonly file: FileChange
  readonly name: string
  /** Undefined when the fix brings it. */
  readonly before: CFunction | undefined
  /** Undefined when the fix takes it away. */
  readonly after: CFunction | undefined
  readonly removed: readonly CodeLine[]
  readonly added: readonly CodeLine[]
}

export interface PatchedLine {
  readonly text: string
  /** Line that it stands for before the change; undefined for a new one. */
  readonly original: number | undefined
}

export function readChange(path: string, before: readonly string[], after: readonly PatchedLine[]): FileChange {
  const kept = new Set(after.map(({ original }) => original))
  return {
    path,
    before: readC(path, before.join('\n')),
    after: readC(path, after.map(({ text }) => text).join('\n')),
    removed: new Set(before.flatMap((_, rank) => (kept.has(rank + 1) ? [] : [rank + 1]))),
    added: new Set(after.flatMap(({ original }, rank) => (original === undefined ? [rank + 1] : []))),
  }
}

export function changedFunctions(file: FileChange): FunctionChange[] {
  const before = new Map(file.before.functions.map((func) => [func.name, func]))
  const after = new Map(file.after.functions.map((func) => [func.name, func]))
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((name): FunctionChange[] => {
    const [old, now] = [before.get(name), after.get(name)]
    if (old !== undefined && now !== undefined && wordsOf(old) === wordsOf(now)) return []
    const removed = (old?.body ?? []).filter(({ at, text }) => file.removed.has(at) && /\S/.test(text))
    const added = (now?.body ?? []).filter(({ at, text }) => file.added.has(at) && /\S/.test(text))
    return [{ file, name, before: old, after: now, removed, added }]
  })
}

function wordsOf({ head, body }: CFunction): string {
  return `${head} ${textOf(body)}`.replace(/\s+/g, '')
}

/** Changed lines of code outside functions. */
export function changedOutside(file: FileChange): { readonly removed: readonly CodeLine[]; readonly added: readonly CodeLine[] } {
  const pick = (side: CodeFile, lines: ReadonlySet<number>) =>
    [...lines].flatMap((at) => {
      const text = side.code[at - 1] ?? ''
      return /\w/.test(text) && functionAt(side, at) === undefined ? [{ at, text }] : []
    })
  const words = ({ text }: CodeFile) => text.replace(/\s+/g, '')
  if (words(file.before) === words(file.after)) return { removed: [], added: [] } // comments and spaces
  return { removed: pick(file.before, file.removed), added: pick(file.after, file.added) }
}

/** The text of its body, as the fix leaves it. */
export function bodyOf({ after }: FunctionChange): string {
  return textOf(after?.body ?? [])
}

/** The line that a place in the text of a body lies in. */
export function lineAt(code: FunctionChange, index: number): number {
  return (code.after?.body[0]?.at ?? 0) + bodyOf(code).slice(0, index).split('\n').length - 1
}
