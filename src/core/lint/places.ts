import { type CodeFile, type CFunction, ownName } from './c-text.ts'
import type { FunctionChange } from './change.ts'
import type { Review } from './finding.ts'

/** A line of code that was read. */
export interface Place {
  readonly file: string
  readonly line: number
}

export interface Call extends Place {
  readonly caller: CFunction
}

/** All code that was read, as it will be. */
export function sourcesOf({ files, others }: Review): CodeFile[] {
  return [...files.map(({ after }) => after), ...others]
}

/** The text of a line, perhaps with lines before it. */
export function textAt(review: Review, { file, line }: Place, linesBefore = 0): string {
  const source = sourcesOf(review).find(({ path }) => path === file)
  return (source?.code ?? []).slice(Math.max(0, line - 1 - linesBefore), line).join(' ')
}

/** Lines that name a function without keeping its address for code that calls it: marks, and macros that make other names of it. */
const NO_POINTER = /\bEXPORT_SYMBOL|_SYMBOL\(|^\s*struct\b|^\s*(DEFINE_\w+|DECLARE_\w+|BTF_ID\w*|TRACE_\w+|ALLOW_ERROR_INJECTION)\s*\(/

/** Where a function is named in code that was read, as it will be: calls, and places that take its address (the caller is then the enclosing one). */
export function placesOf(review: Review, name: string): { readonly calls: readonly Call[]; readonly pointers: readonly Place[] } {
  const word = new RegExp(`${ownName(name)}(\\s*\\()?`)
  const calls: Call[] = []
  const pointers: Place[] = []
  for (const source of sourcesOf(review)) {
    if (!source.text.includes(name)) continue
    const owners = ownersOf(source)
    source.code.forEach((text, rank) => {
      if (!text.includes(name)) return
      const match = word.exec(text)
      if (match === null) return
      const caller = owners[rank]
      const place = { file: source.path, line: rank + 1 }
      if (match[1] === undefined) {
        if (!NO_POINTER.test(text)) pointers.push(place)
      } else if (caller !== undefined && caller.name !== name && caller.body.some(({ at }) => at === rank + 1)) {
        calls.push({ ...place, caller })
      }
    })
  }
  return { calls, pointers }
}

/** The first place that keeps a function's address and that the fix does not bring. */
export function keptAt(review: Review, name: string): Place | undefined {
  const isNew = ({ file, line }: Place) => review.files.some(({ path, added }) => path === file && added.has(line))
  return placesOf(review, name).pointers.find((place) => !isNew(place))
}

/** Functions that a rule asks about and that code in other files can call. */
export function callableElsewhere(changes: readonly FunctionChange[]): string[] {
  return changes.flatMap(({ name, before, file }) =>
    before !== undefined && (file.path.endsWith('.h') || !/\bstatic\b/.test(before.head)) ? [name] : [],
  )
}

function ownersOf(file: CodeFile): (CFunction | undefined)[] {
  const owners: (CFunction | undefined)[] = []
  for (const func of file.functions) for (let line = func.from; line <= func.to; line++) owners[line - 1] = func
  return owners
}

/** Callers that the fix leaves as they are. */
export function unchangedCallers(review: Review, name: string): Call[] {
  const changed = new Set(review.functions.map((change) => `${change.file.path} ${change.name}`))
  return placesOf(review, name).calls.filter(({ file, caller }) => !changed.has(`${file} ${caller.name}`))
}

export function listCallers(calls: readonly Call[]): string {
  return listSome([...new Set(calls.map(({ file, caller }) => `${caller.name} (${file})`))])
}

/** The first three of some names. */
export function listSome(names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`
}
