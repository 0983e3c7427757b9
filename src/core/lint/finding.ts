import type { FileChange, FunctionChange } from './change.ts'
import type { CodeFile } from './c-text.ts'

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
  readonly others: readonly CodeFile[]
  /** Paths of units that the kernel compiles without calls to ftrace. */
  readonly untraced: ReadonlySet<string>
  /** By file, the functions that kernel threads are in for as long as they live, with the reason. */
  readonly stayIn: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** What a rule sees; the texts that are the same for all its findings stand in the rule. */
export interface Sight {
  readonly severity: Severity
  readonly file: string
  readonly line: number
  readonly subject: string
  /** The subject's own file, where what was seen is in another one. */
  readonly subjectFile?: string
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
