/** The tokens of each line of a C file, comments left out. Strings are one token; `->` is one, all other punctuation is single characters. */
export type TokenLines = readonly (readonly string[])[]

const TOKEN = /[A-Za-z_]\w*|\d[\w.]*|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|\/\*|\/\/|->|[^\s]/g

export function tokenizeLines(lines: readonly string[]): TokenLines {
  let isInComment = false
  return lines.map((line) => {
    const tokens: string[] = []
    let at = 0
    while (at < line.length) {
      if (isInComment) {
        const end = line.indexOf('*/', at)
        if (end < 0) break
        isInComment = false
        at = end + 2
      }
      TOKEN.lastIndex = at
      const match = TOKEN.exec(line)
      if (match === null) break
      at = TOKEN.lastIndex
      const [token] = match
      if (token === '//') break
      if (token === '/*') isInComment = true
      else tokens.push(token)
    }
    return tokens
  })
}

/**
 * The tokens of a file's lines to keep: a thousand files are held at a time, and an array for each line, with strings of its own, is ten times what
 * they need.
 */
export interface KeptTokens {
  /** The tokens of some lines, one after the other: `from` counted from 0, `to` not included. */
  readonly between: (from: number, to: number) => string[]
}

export function keepTokens(lines: TokenLines): KeptTokens {
  const { words, starts } = pack(lines)
  return readPacked(words, starts, lines.length)
}

/** A function of its own: what a closure stands in lives as long as it does. */
function readPacked(words: readonly string[], starts: Uint32Array, end: number): KeptTokens {
  return { between: (from, to) => words.slice(starts[Math.min(from, end)], starts[Math.min(to, end)]) }
}

function pack(lines: TokenLines): { readonly words: readonly string[]; readonly starts: Uint32Array } {
  const starts = new Uint32Array(lines.length + 1)
  const one = new Map<string, string>()
  const words: string[] = []
  for (const [line, tokens] of lines.entries()) {
    for (const token of tokens) {
      const known = one.get(token)
      if (known === undefined) one.set(token, token)
      words.push(known ?? token)
    }
    starts[line + 1] = words.length
  }
  // Without the room to grow.
  return { words: words.slice(), starts }
}

/** Whether a token names a member of an object: behind `->` or `.`, and not behind the three points of `case A ... B`. */
export function isMember(tokens: readonly string[], at: number): boolean {
  const before = tokens[at - 1]
  return isIdentifier(tokens[at] ?? '') && (before === '->' || (before === '.' && tokens[at - 2] !== '.'))
}

/** Where the parenthesis at a place is closed; behind the last token when it is not. */
export function closingAt(words: readonly string[], open: number): number {
  let depth = 0
  for (let at = open; at < words.length; at++) {
    if (words[at] === '(') depth++
    if (words[at] === ')' && --depth === 0) return at
  }
  return words.length
}

export function isIdentifier(token: string): boolean {
  return /^[A-Za-z_]\w*$/.test(token) && !KEYWORDS.has(token)
}

const KEYWORDS = new Set(
  `auto break case char const continue default do double else enum extern float for goto if inline int long register return short signed
   sizeof static struct switch typedef union unsigned void volatile while bool true false NULL u8 u16 u32 u64 s8 s16 s32 s64 size_t ssize_t
   define include ifdef ifndef endif elif undef defined likely unlikely __always_inline noinline __init __exit`.split(/\s+/),
)
