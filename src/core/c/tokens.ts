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

export function isIdentifier(token: string): boolean {
  return /^[A-Za-z_]\w*$/.test(token) && !KEYWORDS.has(token)
}

const KEYWORDS = new Set(
  `auto break case char const continue default do double else enum extern float for goto if inline int long register return short signed
   sizeof static struct switch typedef union unsigned void volatile while bool true false NULL u8 u16 u32 u64 s8 s16 s32 s64 size_t ssize_t
   define include ifdef ifndef endif elif undef defined likely unlikely __always_inline noinline __init __exit`.split(/\s+/),
)
