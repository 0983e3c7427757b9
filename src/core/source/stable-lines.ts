import type { AppliedLine } from './apply.ts'

/**
 * The patched file with `#line` directives, so that every line that was there before keeps its number: a shifted `__LINE__` in a warning or
 * an assertion is then no change of code. Added lines take the number of the line before them.
 *
 * A directive must not stand inside a comment, a string or a continued line, nor between the arguments of a macro call, where the standard
 * leaves its meaning open; it waits for the next line where parentheses are closed.
 */
export function withStableLines(lines: readonly AppliedLine[]): string {
  const out: string[] = []
  const scanner = new LineScanner()
  let number = 1 // what the compiler counts the next line as
  for (const { text, original } of lines) {
    if (original !== undefined && original !== number && scanner.isBetweenStatements) {
      out.push(`#line ${original}`)
      number = original
    }
    out.push(text)
    scanner.read(text)
    number++
  }
  return out.join('\n')
}

/** Follows comments, literals, continuations and parentheses from line to line. */
class LineScanner {
  #isInComment = false
  #isContinued = false
  #depth = 0

  get isBetweenStatements(): boolean {
    return !this.#isInComment && !this.#isContinued && this.#depth === 0
  }

  read(line: string): void {
    const isDirective = this.#isContinued ? this.#wasDirective : !this.#isInComment && /^\s*#/.test(line)
    const depth = this.#depth
    for (let i = 0; i < line.length; i++) i = this.#step(line, i)
    // A directive is not part of the expression around it, and its parentheses need not match.
    if (isDirective) this.#depth = depth
    this.#wasDirective = isDirective
    this.#isContinued = line.endsWith('\\')
  }

  #wasDirective = false

  #step(line: string, i: number): number {
    if (this.#isInComment) {
      const end = line.indexOf('*/', i)
      this.#isInComment = end < 0
      return end < 0 ? line.length : end + 1
    }
    switch (line[i]) {
      case '/':
        if (line[i + 1] === '/') return line.length
        if (line[i + 1] === '*') {
          this.#isInComment = true
          return i + 1
        }
        return i
      case '"':
      case "'":
        return endOfLiteral(line, i)
      case '(':
        this.#depth++
        return i
      case ')':
        this.#depth = Math.max(0, this.#depth - 1)
        return i
      default:
        return i
    }
  }
}

function endOfLiteral(line: string, start: number): number {
  for (let i = start + 1; i < line.length; i++) {
    if (line[i] === '\\') i++
    else if (line[i] === line[start]) return i
  }
  return line.length
}
