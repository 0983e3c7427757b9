/** Where a type is defined in preprocessed C: no comments, no macros, line markers between. */
export interface Definition {
  /** After the opening brace, and at the closing one. */
  readonly start: number
  readonly end: number
}

export interface WantedType {
  readonly words: readonly ('struct' | 'union' | 'enum')[]
  readonly tag?: string
  readonly typedef?: string
  /** A name that the body declares; for enums without tag. */
  readonly holds?: string
}

/** All definitions of a type: one, or several when functions have types of their own by the same name. */
export function findDefinitions(text: string, wanted: WantedType): Definition[] {
  const found: Definition[] = []
  const words = new RegExp(`\\b(?:${wanted.words.join('|')})\\b`, 'g')
  for (let match = words.exec(text); match !== null; match = words.exec(text)) {
    const head = readHead(text, match.index + match[0].length)
    if (head === undefined || (wanted.tag !== undefined && head.tag !== wanted.tag)) continue
    if (wanted.tag === undefined && head.tag !== undefined && wanted.typedef !== undefined) continue
    const end = closingAt(text, head.open)
    if (end === undefined) continue
    if (wanted.typedef !== undefined && !namesAfter(text, end + 1).includes(wanted.typedef)) continue
    if (wanted.holds !== undefined && !holdsWord(text.slice(head.open, end), wanted.holds)) continue
    found.push({ start: head.open + 1, end })
  }
  return found
}

/** The declarations of a struct's body, each from its first character to behind its semicolon. */
export function splitDeclarations(text: string, { start, end }: Definition): { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = []
  let from = start
  let depth = 0
  for (let i = start; i < end; i++) {
    const char = text[i]
    if (char === '"' || char === "'") i = endOfLiteral(text, i)
    else if (char === '(' || char === '{' || char === '[') depth++
    else if (char === ')' || char === '}' || char === ']') depth--
    else if (char === ';' && depth === 0) {
      found.push({ start: from, end: i + 1 })
      from = i + 1
    }
  }
  return found
}

export function holdsWord(text: string, word: string): boolean {
  return new RegExp(`\\b${word}\\b`).test(text)
}

function readHead(text: string, from: number): { readonly tag: string | undefined; readonly open: number } | undefined {
  let at = skipBlank(text, from)
  const word = wordAt(text, at)
  if (word !== undefined) at = skipBlank(text, at + word.length)
  return text[at] === '{' ? { tag: word, open: at } : undefined
}

/** Over blanks, line markers and attributes. */
function skipBlank(text: string, from: number): number {
  for (let at = from; ;) {
    const char = text[at]
    if (char === ' ' || char === '\t' || char === '\n') at++
    else if (char === '#') at = lineEnd(text, at)
    else if (text.startsWith('__attribute__', at)) at = (closingAt(text, text.indexOf('(', at)) ?? text.length) + 1
    else return at
  }
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

function wordAt(text: string, at: number): string | undefined {
  const pattern = /[A-Za-z_]\w*/y
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function namesAfter(text: string, from: number): string[] {
  const end = text.indexOf(';', from)
  return end < 0 ? [] : (text.slice(from, end).match(/[A-Za-z_]\w*/g) ?? [])
}

/** Where the brace or parenthesis at a place is closed. */
function closingAt(text: string, open: number): number | undefined {
  const [opens, closes] = text[open] === '{' ? '{}' : '()'
  let depth = 0
  for (let i = open; i < text.length; i++) {
    const char = text[i]
    if (char === '"' || char === "'") i = endOfLiteral(text, i)
    else if (char === opens) depth++
    else if (char === closes && --depth === 0) return i
  }
  return undefined
}

function endOfLiteral(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === text[start] || text[i] === '\n') return i
  }
  return text.length
}
