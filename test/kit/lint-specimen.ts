import { parseThreadLines, threadLinesOf, threadsStayIn } from '../../src/core/source/mod.ts'
import { type Finding, changedFunctions, readC, readChange, reviewChange } from '../../src/core/lint/mod.ts'

/** A changed file of a few lines: lines that begin with `-` or `+` are removed or added, the others stay. */
export interface LintSpecimen {
  readonly path?: string
  readonly text: string
  /** Unchanged files that call it. */
  readonly others?: Readonly<Record<string, string>>
  readonly isUntraced?: boolean
}

const PATH = 'net/foo.c'

export function reviewSpecimen(specimen: LintSpecimen | string): Finding[] {
  const whole = typeof specimen === 'string' ? { text: specimen } : specimen
  const { path = PATH, others = {}, isUntraced = false } = whole
  const change = changeOfSpecimen(whole)
  const old = change.files.map(({ before }) => [before.path, before.code.join('\n')] as const)
  const threads = parseThreadLines(
    [...old, ...Object.entries(others)].flatMap(([name, text]) => threadLinesOf(text).map((line) => `${name}:${line}`)).join('\n'),
  )
  return reviewChange({
    ...change,
    others: Object.entries(others).map(([name, content]) => readC(name, content)),
    untraced: new Set(isUntraced ? [path] : []),
    stayIn: new Map(old.map(([name, text]) => [name, threadsStayIn(threads, name, text)])),
  })
}

/** The specimen as a change of one file. */
export function changeOfSpecimen({ path = PATH, text }: LintSpecimen) {
  const before: string[] = []
  const after: { text: string; original: number | undefined }[] = []
  for (const line of text.split('\n')) {
    const rest = line.slice(1)
    if (line.startsWith('+')) after.push({ text: rest, original: undefined })
    else before.push(line.startsWith('-') ? rest : line)
    if (!/^[-+]/.test(line)) after.push({ text: line, original: before.length })
  }
  const file = readChange(path, before, after)
  return { files: [file], functions: changedFunctions(file) }
}

/** The findings in short: `stop lock-order foo_close: takes …`. */
export function brief(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, rule, subject, what }) => `${severity} ${rule} ${subject}: ${what}`)
}
