import type { FileChange, FunctionChange } from './change.ts'
import type { CFile, CFunction } from './c-text.ts'

/** How much a finding weighs: worth a look, to be cleared up before it is loaded, or not to be loaded unless it is shown to be harmless. */
export const SEVERITIES = ['look', 'careful', 'stop'] as const
export type Severity = (typeof SEVERITIES)[number]

export interface Finding {
  readonly rule: string
  readonly severity: Severity
  readonly file: string
  /** Line in the patched source; in the original's, when the finding is about what is gone. */
  readonly line: number
  /** The function, variable or type. */
  readonly subject: string
  /** What was seen. */
  readonly what: string
  /** Where else the very same was seen. */
  readonly also: readonly { readonly file: string; readonly line: number; readonly subject: string }[]
  /** Why it matters for a live patch. */
  readonly why: string
  /** What to check. */
  readonly check: string
}

export interface Review {
  readonly files: readonly FileChange[]
  readonly functions: readonly FunctionChange[]
  /** Other files of the source that were read, for callers. */
  readonly others: readonly CFile[]
  /** Paths of units that the kernel compiles without calls to ftrace. */
  readonly untraced: ReadonlySet<string>
}

/** What a rule sees; the texts that are the same for all its findings stand in the rule. */
export interface Sight {
  readonly severity: Severity
  readonly file: string
  readonly line: number
  readonly subject: string
  readonly what: string
}

export interface Rule {
  readonly id: string
  readonly why: string
  readonly check: string
  /** Names that it would have looked up in the rest of the source: functions whose callers it must know, constants whose uses it must know. */
  readonly asksFor?: (change: Pick<Review, 'files' | 'functions'>) => readonly string[]
  readonly find: (review: Review) => readonly Sight[]
}

/** A sight in a changed function, at a line or at its head. */
export function see(change: FunctionChange, severity: Severity, what: string, line?: number): Sight {
  const at = line ?? change.added[0]?.at ?? change.after?.from ?? change.before?.from ?? 0
  return { severity, file: change.file.path, line: at, subject: change.name, what }
}

export interface Place {
  readonly file: string
  readonly line: number
  readonly caller: CFunction
  readonly isCall: boolean
}

/** Lines that name a function without keeping its address for code that calls it: marks, and macros that make other names of it. */
const NO_POINTER = /\bEXPORT_SYMBOL|_SYMBOL\(|^\s*struct\b|^\s*(DEFINE_\w+|DECLARE_\w+|BTF_ID\w*|TRACE_\w+|ALLOW_ERROR_INJECTION)\s*\(/

/** Where a function is named in code that was read, as it will be: calls, and places that take its address (the caller is then the enclosing one). */
export function placesOf(
  review: Review,
  name: string,
): { readonly calls: readonly Place[]; readonly pointers: readonly { readonly file: string; readonly line: number }[] } {
  const word = new RegExp(`(?<![\\w>.])${name}\\b(\\s*\\()?`)
  const calls: Place[] = []
  const pointers: { file: string; line: number }[] = []
  for (const source of [...review.files.map(({ after }) => after), ...review.others]) {
    if (!source.code.some((text) => text.includes(name))) continue
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
        calls.push({ ...place, caller, isCall: true })
      }
    })
  }
  return { calls, pointers }
}

/** Functions that a rule asks about and that code in other files can call. */
export function callableElsewhere(changes: readonly FunctionChange[]): string[] {
  return changes.flatMap(({ name, before, file }) =>
    before !== undefined && (file.path.endsWith('.h') || !/\bstatic\b/.test(before.head)) ? [name] : [],
  )
}

function ownersOf(file: CFile): (CFunction | undefined)[] {
  const owners: (CFunction | undefined)[] = []
  for (const func of file.functions) for (let line = func.from; line <= func.to; line++) owners[line - 1] = func
  return owners
}

/** Callers that the fix leaves as they are. */
export function unchangedCallers(review: Review, name: string): Place[] {
  const changed = new Set(review.functions.map((change) => `${change.file.path} ${change.name}`))
  return placesOf(review, name).calls.filter(({ file, caller }) => !changed.has(`${file} ${caller.name}`))
}

export function listPlaces(places: readonly { readonly file: string; readonly line: number; readonly caller?: CFunction }[]): string {
  const names = [
    ...new Set(places.map(({ file, line, caller }) => (caller === undefined ? `${file}:${line}` : `${caller.name} (${file})`))),
  ]
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`
}
