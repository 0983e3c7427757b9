/** Changes one setting in the text of a TOML file, and leaves every other byte as it is: comments, order, spaces. */

export interface SettingPlace {
  /** '' for what stands before the first table. */
  readonly table: string
  readonly key: string
}

interface Line {
  readonly table: string
  /** Undefined for the header of a table. */
  readonly key: string | undefined
  readonly start: number
  /** Of the value, without what is around it. */
  readonly from: number
  readonly to: number
  /** After its line break. */
  readonly end: number
}

/** Undefined for a value takes the line out. The value is TOML already. */
export function editPolicy(text: string, { table, key }: SettingPlace, value: string | undefined): string {
  const lines = readLines(text)
  const line = lines.find((candidate) => candidate.table === table && candidate.key === key)
  if (line !== undefined) {
    return value === undefined ? text.slice(0, line.start) + text.slice(line.end) : text.slice(0, line.from) + value + text.slice(line.to)
  }
  if (value === undefined) return text
  const last = lines.findLast((candidate) => candidate.table === table)
  if (last !== undefined) return insert(text, last.end, `${key} = ${value}\n`)
  if (table === '') return insert(text, afterFirstComment(text), `${key} = ${value}\n`)
  return insert(text, text.length, `${text === '' ? '' : '\n'}[${table}]\n${key} = ${value}\n`)
}

function insert(text: string, at: number, added: string): string {
  const before = text.slice(0, at)
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${added}${text.slice(at)}`
}

/** A comment at the top that stands by itself is about the file. */
function afterFirstComment(text: string): number {
  return /^(?:[ \t]*#[^\n]*(?:\n|$))+(?=\r?\n|$)/.exec(text)?.[0].length ?? 0
}

function readLines(text: string): Line[] {
  const lines: Line[] = []
  let table = ''
  let start = 0
  while (start < text.length) {
    const next = endOfLine(text, start)
    const line = text.slice(start, next)
    const header = /^[ \t]*\[[ \t]*"?([\w-]+)"?[ \t]*\]/.exec(line)?.[1]
    const entry = /^[ \t]*"?([\w-]+)"?[ \t]*=[ \t]*/.exec(line)
    const from = start + (entry?.[0].length ?? 0)
    const to = entry === null ? from : endOfValue(text, from)
    const end = entry === null ? next : endOfLine(text, to)
    if (header !== undefined) table = header
    if (header !== undefined || entry !== null) lines.push({ table, key: entry?.[1], start, from, to, end })
    start = end
  }
  return lines
}

/** After the line break. */
function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at < 0 ? text.length : at + 1
}

/** Lists may go over several lines, with comments in them. */
function endOfValue(text: string, from: number): number {
  const token = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[\]]|\n|[^"'#[\]\n]+|./gsy
  token.lastIndex = from
  let depth = 0
  let end = from
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [part] = match
    if (depth === 0 && (part === '\n' || part.startsWith('#'))) return end
    if (part === '[') depth++
    if (part === ']') depth--
    if (part.trim() !== '') end = match.index + part.trimEnd().length
  }
  return end
}
