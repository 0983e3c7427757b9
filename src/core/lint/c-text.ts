/**
 * C as the kernel writes it, read without a compiler: enough to find functions and to read them line by line. Comments, strings, character constants
 * and preprocessor lines become spaces, so that lines and columns stay.
 */
export function codeOf(text: string): string {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ')
  return text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (part) =>
      part.startsWith('"') ? `"${' '.repeat(Math.max(0, part.length - 2))}"` : blank(part),
    )
    .replace(/^[ \t]*#(?:[^\n]*\\\n)*[^\n]*/gm, blank)
}

export interface CodeLine {
  /** Counted from 1. */
  readonly at: number
  /** As `codeOf` leaves it. */
  readonly text: string
}

export interface CFunction {
  readonly name: string
  /** The text before its body, on one line. */
  readonly head: string
  /** Line of the head's first line, and of the closing brace. */
  readonly from: number
  readonly to: number
  readonly body: readonly CodeLine[]
}

export interface CodeFile {
  readonly path: string
  /** As `codeOf` leaves it, and its lines. */
  readonly text: string
  readonly code: readonly string[]
  readonly functions: readonly CFunction[]
  /** Macros without parameters, the last definition of each, and whether it is the only one. */
  readonly defines: ReadonlyMap<string, { readonly line: number; readonly value: string; readonly isOnly: boolean }>
}

/** Functions begin with a brace in the first column and end with one: the kernel's own style, which its tools rely on too. */
export function readC(path: string, source: string): CodeFile {
  const text = codeOf(source)
  const code = text.split('\n')
  const functions: CFunction[] = []
  for (let i = 0; i < code.length; i++) {
    if (!/^\{\s*$/.test(code[i] ?? '')) continue
    let from = i
    while (from > 0 && /\S/.test(code[from - 1] ?? '') && !/[;}]\s*$/.test(code[from - 1] ?? '')) from--
    const head = code.slice(from, i).join(' ').replace(/\s+/g, ' ').trim()
    const name = nameIn(head)
    let end = i + 1
    while (end < code.length && !(code[end] ?? '').startsWith('}')) end++
    const body = code.slice(i + 1, end).map((line, rank) => ({ at: i + 2 + rank, text: line }))
    if (name !== undefined) functions.push({ name, head, from: from + 1, to: end + 1, body })
    i = end
  }
  return { path, text, code, functions, defines: definesIn(source) }
}

function definesIn(text: string): CodeFile['defines'] {
  const bare = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (part) => part.replace(/[^\n]/g, ' '))
  const found = new Map<string, { line: number; value: string; isOnly: boolean }>()
  bare.split('\n').forEach((line, rank) => {
    const [, name, value] = /^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined) return
    found.set(name, { line: rank + 1, value: value.replace(/\s+/g, ' ').trim(), isOnly: !found.has(name) })
  })
  return found
}

/** Marks that take an argument and stand in a function's head. */
const MARKS =
  /^(__printf|__scanf|__must_hold|__acquires|__releases|__cond_acquires|__attribute__|__section|__aligned|__alloc_size|__counted_by)$/

function nameIn(head: string): string | undefined {
  if (head.includes('=')) return undefined
  for (const match of head.matchAll(/([A-Za-z_]\w*)\s*\(\s*(\w*)/g)) {
    const [, name = '', first = ''] = match
    if (MARKS.test(name)) continue
    if (/^BPF_CALL_\d$/.test(name)) return first
    return /^(COMPAT_)?SYSCALL_DEFINE\d$/.test(name) ? `${name.startsWith('COMPAT') ? 'compat_' : ''}sys_${first}` : name
  }
  return undefined
}

/** The function that a line lies in, its head included. */
export function functionAt(file: CodeFile, line: number): CFunction | undefined {
  return file.functions.find(({ from, to }) => from <= line && line <= to)
}

export function textOf(lines: readonly CodeLine[]): string {
  return lines.map(({ text }) => text).join('\n')
}

/** Whether a function is dropped once the kernel or the module has started, or runs only when the module leaves. `__meminit` runs whenever memory is added. */
export function isInitHead(head: string): boolean {
  return /\b__(init|exit)\b/.test(head)
}

/** Pattern of a name that stands for itself: not for a member that is called so. */
export function ownName(name: string): string {
  return `(?<![\\w>.])${name}\\b`
}

/** Pattern of a member of whatever object. */
export function memberNamed(name: string): string {
  return `(?:->|\\.)${name}\\b`
}

/** Whether a function has a variable of a name: a parameter, or one that a line of it declares. */
export function hasLocal({ head, body }: CFunction, name: string): boolean {
  const declared = new RegExp(`^\\s+(?!return\\b|goto\\b|else\\b)(?:\\w+\\s+)*\\w+[\\s*]+(?:\\w+\\s*,\\s*\\**)*${name}\\s*[;=,[]`)
  return new RegExp(`[\\s*]${name}\\s*[,)[]`).test(head) || body.some(({ text }) => declared.test(text))
}

/** `work` of `&foo->queue[i].work`. */
export function lastMember(expression: string): string | undefined {
  return /(?:->|\.)(\w+)$/.exec(expression.replace(/\[.*?\]/g, ''))?.[1]
}
