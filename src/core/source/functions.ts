/** A function as its source has it. */
export interface SourceFunction {
  /** `foo`, or the macro that makes it with what it is given first: `SYSCALL_DEFINE3(splice)`. */
  readonly name: string
  /** What the symbols of it may end in: the name itself, or the macro's first argument. */
  readonly stem: string
  /** First line of its head and last of its body, counted from 1. */
  readonly from: number
  readonly to: number
}

/**
 * Functions of a C file by its text alone, in order. Of conditional branches the first counts for braces, and a brace in the first column always
 * ends a function, so that what is not understood goes no further. What is not clearly a function is left out.
 */
export function findFunctions(lines: readonly string[]): SourceFunction[] {
  const scanner = new Scanner()
  lines.forEach((line, index) => scanner.read(line, index + 1))
  return scanner.functions
}

class Scanner {
  readonly functions: SourceFunction[] = []
  #head = ''
  #headFrom = 0
  #depth = 0
  #parens = 0
  #open: Omit<SourceFunction, 'to'> | undefined
  #isInComment = false
  #isInDirective = false
  readonly #branches: { readonly depth: number; readonly parens: number }[] = []

  read(line: string, number: number): void {
    if (this.#isInDirective || (!this.#isInComment && /^\s*#/.test(line))) {
      if (!this.#isInDirective) this.#branch(line)
      this.#isInDirective = line.endsWith('\\')
      return
    }
    if (!this.#isInComment && line.startsWith('}')) {
      this.#parens = 0
      this.#depth = 1
    }
    for (let i = 0; i < line.length; i++) i = this.#step(line, i, number)
    if (this.#depth === 0) this.#head += ' '
  }

  #branch(line: string): void {
    const [, word] = /^\s*#\s*(\w+)/.exec(line) ?? []
    if (word === 'if' || word === 'ifdef' || word === 'ifndef') this.#branches.push({ depth: this.#depth, parens: this.#parens })
    else if (word === 'endif') this.#branches.pop()
    else if (word === 'else' || word === 'elif') {
      const start = this.#branches.at(-1)
      // Inside a function each branch starts as deep as the first did; between functions each has functions of its own.
      if (start !== undefined && start.depth > 0) [this.#depth, this.#parens] = [start.depth, start.parens]
    }
  }

  #step(line: string, i: number, number: number): number {
    const char = line[i] ?? ''
    if (this.#isInComment) {
      const end = line.indexOf('*/', i)
      this.#isInComment = end < 0
      return end < 0 ? line.length : end + 1
    }
    if (char === '/' && line[i + 1] === '/') return line.length
    if (char === '/' && line[i + 1] === '*') {
      this.#isInComment = true
      return i + 1
    }
    if (char === '"' || char === "'") return endOfLiteral(line, i)
    if (this.#depth === 0 && this.#parens === 0 && char === ';') this.#startHead()
    else if (this.#parens === 0 && char === '{') this.#openBrace()
    else if (this.#parens === 0 && char === '}') this.#closeBrace(number)
    else {
      if (char === '(') this.#parens++
      if (char === ')') this.#parens = Math.max(0, this.#parens - 1)
      if (this.#depth === 0) {
        if (this.#head.trim() === '' && char.trim() !== '') this.#headFrom = number
        this.#head += char
      }
    }
    return i
  }

  #openBrace(): void {
    if (this.#depth === 0) {
      const named = nameOfHead(this.#head)
      this.#open = named === undefined ? undefined : { ...named, from: this.#headFrom }
    }
    this.#depth++
  }

  #closeBrace(number: number): void {
    this.#depth = Math.max(0, this.#depth - 1)
    if (this.#depth > 0) return
    if (this.#open !== undefined) this.functions.push({ ...this.#open, to: number })
    this.#open = undefined
    this.#startHead()
  }

  #startHead(): void {
    this.#head = ''
  }
}

const STATEMENT = /^(if|for|while|switch|do|else|return|sizeof|typeof|__typeof__)$/
const ANNOTATION =
  /^(__attribute__|__printf|__scanf|__section|__alloc_size|__releases|__acquires|__must_hold|__cond_acquires|__aligned|__alias|__diag\w*)$/

/** The name in what stands before a brace, when that is the head of a function. */
function nameOfHead(head: string): { readonly name: string; readonly stem: string } | undefined {
  const groups = callsOf(head).filter(({ word }) => !ANNOTATION.test(word))
  const [first] = groups
  if (first === undefined || STATEMENT.test(first.word) || /=|^\s*(typedef|enum)\b/.test(outside(head))) return undefined
  if (!/^[A-Z][A-Z0-9_]+$/.test(first.word)) return { name: first.word, stem: first.word }
  const stem = /^\s*(\w+)/.exec(first.inside)?.[1]
  return stem === undefined ? undefined : { name: `${first.word}(${stem})`, stem }
}

interface Call {
  readonly word: string
  readonly inside: string
}

/** Each word with a parenthesis after it that stands in no other parenthesis. */
function callsOf(head: string): Call[] {
  const calls: Call[] = []
  let depth = 0
  let start = 0
  let word = ''
  for (let i = 0; i < head.length; i++) {
    if (head[i] === '(' && depth++ === 0) {
      word = /(\w+)\s*$/.exec(head.slice(start, i))?.[1] ?? ''
      start = i + 1
    } else if (head[i] === ')' && depth > 0 && --depth === 0) {
      if (word !== '') calls.push({ word, inside: head.slice(start, i) })
      start = i + 1
    }
  }
  return calls
}

/** What stands in no parenthesis. */
function outside(head: string): string {
  let depth = 0
  let rest = ''
  for (const char of head) {
    if (char === '(') depth++
    else if (char === ')') depth--
    else if (depth === 0) rest += char
  }
  return rest
}

function endOfLiteral(line: string, start: number): number {
  for (let i = start + 1; i < line.length; i++) {
    if (line[i] === '\\') i++
    else if (line[i] === line[start]) return i
  }
  return line.length
}
