import { type KeptTokens, type TokenLines, closingAt, isIdentifier, keepTokens, tokenizeLines } from './tokens.ts'

/** A top-level piece of a C file, as the kernel's style writes it: what begins in the first column, up to its end. */
export interface Region {
  readonly kind: 'function' | 'prototype' | 'type' | 'enum' | 'data' | 'macro' | 'include' | 'conditional' | 'invocation'
  /** What it is called; for an include the file, for an invocation the macro and its first argument. */
  readonly name: string
  /** All names that it defines: the enumerators of an enum, the system call functions of SYSCALL_DEFINE. */
  readonly names: readonly string[]
  /** First and last line, counted from 1. */
  readonly start: number
  readonly end: number
  /** The tokens before the body: of a function all that its callers rely on. */
  readonly head: string
  /** By its head: a variable inside a function may be static as well. */
  readonly isStatic: boolean
  readonly isInit: boolean
  /** Of a function that a macro makes: the macro, and what it is given first. */
  readonly macro?: { readonly name: string; readonly argument: string }
}

export interface CFile {
  readonly lines: readonly string[]
  readonly tokens: KeptTokens
  readonly regions: readonly Region[]
}

/** Reads a C file's top level. Braces that conditionals leave open end where the style closes a function: at a brace in the first column. */
export function readCFile(text: string): CFile {
  const lines = text.split('\n')
  const tokens = tokenizeLines(lines)
  const regions: Region[] = []
  for (let at = 0; at < lines.length;) {
    if (tokens[at]?.length === 0) {
      at++
      continue
    }
    const end = isDirective(tokens, at) ? endOfDirective(lines, at) : endOfDeclaration(lines, tokens, at)
    regions.push(describe(tokens, at, end))
    at = end + 1
  }
  return { lines, tokens: keepTokens(tokens), regions }
}

/** The region that a line lies in, if any: blank lines and comments between regions are in none. */
export function regionAt(file: CFile, line: number): Region | undefined {
  let low = 0
  let high = file.regions.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const region = file.regions[middle]
    if (region === undefined) return undefined
    if (line < region.start) high = middle - 1
    else if (line > region.end) low = middle + 1
    else return region
  }
  return undefined
}

/** The tokens of a region, line after line. */
export function tokensOf(file: CFile, region: Region): string[] {
  return file.tokens.between(region.start - 1, region.end)
}

function isDirective(tokens: TokenLines, at: number): boolean {
  return tokens[at]?.[0] === '#'
}

function endOfDirective(lines: readonly string[], start: number): number {
  let end = start
  while (lines[end]?.endsWith('\\') === true && end + 1 < lines.length) end++
  return end
}

function endOfDeclaration(lines: readonly string[], tokens: TokenLines, start: number): number {
  let braces = 0
  let parentheses = 0
  let last = ''
  let bodyAt = -1
  for (let at = start; at < lines.length; at++) {
    if (at > start && isDirective(tokens, at)) {
      at = endOfDirective(lines, at)
      continue
    }
    const line = tokens[at] ?? []
    if (line.length === 0) continue
    // A macro call without a semicolon: what follows in the first column is something else.
    const isNext = braces === 0 && parentheses === 0 && last === ')' && /^[A-Za-z_]/.test(lines[at] ?? '') && isCallOnly(tokens, start, at)
    if (at > start && isNext) return at - 1
    for (const token of line) {
      if (token === '{' && braces === 0 && parentheses === 0 && last === ')') bodyAt = at
      if (token === '{') braces++
      else if (token === '}') braces = Math.max(0, braces - 1)
      else if (token === '(') parentheses++
      else if (token === ')') parentheses = Math.max(0, parentheses - 1)
      last = token
    }
    const closesAtLeft = lines[at]?.startsWith('}') === true
    if (closesAtLeft) [braces, parentheses] = [0, 0]
    const isBodyEnd =
      last === '}' &&
      braces === 0 &&
      parentheses === 0 &&
      (closesAtLeft || at === start || at === bodyAt || lines[at]?.startsWith('{') === true)
    if (braces === 0 && parentheses === 0 && (last === ';' || isBodyEnd)) return at
  }
  return lines.length - 1
}

function isCallOnly(tokens: TokenLines, start: number, end: number): boolean {
  const words = tokens.slice(start, end).flat()
  return words[1] === '(' && closingAt(words, 1) === words.length - 1
}

function describe(tokens: TokenLines, from: number, to: number): Region {
  const words = tokens.slice(from, to + 1).flat()
  const bodyAt = words.indexOf('{')
  const head = bodyAt < 0 ? words : words.slice(0, bodyAt)
  const place = { start: from + 1, end: to + 1, isStatic: head.includes('static'), isInit: head.some((word) => INIT.test(word)) }
  if (words[0] === '#') return { ...place, ...directive(words), isStatic: false }
  const assigned = topLevel(head).indexOf('=')
  const aggregate = head.findIndex(isAggregate)
  const calls = callNames(head)
  if (bodyAt >= 0 && aggregate >= 0 && assigned < 0 && calls.length === 0) return { ...place, ...typeOf(words, head, bodyAt) }
  const [call = ''] = calls
  if (bodyAt >= 0 && assigned < 0 && call !== '') {
    const names = systemCallNames(head) ?? bpfHelperNames(head) ?? [call]
    return { ...place, kind: 'function', name: names[0] ?? call, names, head: head.join(' '), ...macroOf(head, call) }
  }
  const declared = assigned < 0 ? head : head.slice(0, assigned)
  const perCpu = perCpuName(words)
  if (perCpu !== undefined) return { ...place, kind: 'data', name: perCpu, names: [perCpu], head: declared.join(' ') }
  const invoked = words[0] === 'static' ? words.slice(1) : words
  if (invoked[1] === '(' && call === invoked[0]) {
    const subject = invoked.slice(2).find(isIdentifier) ?? ''
    const defines = /^(DEFINE|DECLARE|LIST_HEAD|HLIST_HEAD|ATOMIC|BLOCKING)/.test(call) && subject !== '' ? [subject] : []
    return { ...place, kind: 'invocation', name: `${call}(${subject})`, names: defines, head: words.join(' ') }
  }
  if (assigned < 0 && call !== '' && bodyAt < 0) return { ...place, kind: 'prototype', name: call, names: [call], head: head.join(' ') }
  if (head[0] === 'typedef')
    return {
      ...place,
      kind: 'type',
      name: head.findLast(isIdentifier) ?? '',
      names: head.filter(isIdentifier).slice(-1),
      head: head.join(' '),
    }
  const cut = declared.findIndex((word, index) => word === '[' && index > 0)
  const name = (cut < 0 ? declared : declared.slice(0, cut)).findLast(isIdentifier) ?? words.join(' ').slice(0, 40)
  return { ...place, kind: 'data', name, names: [name], head: declared.join(' ') }
}

/** `static DEFINE_PER_CPU(int [4], counts)`: the second argument is what is called so, the first is its type. */
function perCpuName(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => PER_CPU.test(word))
  if (at < 0 || words[at + 1] !== '(' || words.slice(0, at).some((word) => /^[^\w]/.test(word))) return undefined
  const inside = topLevel(words.slice(at + 2))
  const comma = inside.indexOf(',')
  return comma < 0 ? undefined : words.slice(at + 3 + comma).find(isIdentifier)
}

const PER_CPU = /^(DEFINE|DECLARE)_(EARLY_)?PER_CPU(_[A-Z_]+)?$/

function macroOf(head: readonly string[], call: string): Pick<Region, 'macro'> {
  const argument = head[head.indexOf(call) + 2] ?? ''
  return /^[A-Z][A-Z0-9_]+$/.test(call) && isIdentifier(argument) ? { macro: { name: call, argument } } : {}
}

function directive(words: readonly string[]): Pick<Region, 'kind' | 'name' | 'names' | 'head'> {
  const [, word = '', name = ''] = words
  if (word === 'define' || word === 'undef') return { kind: 'macro', name, names: [name], head: words.join(' ') }
  if (word === 'include') {
    const file = words.slice(2).join('').replaceAll(/[<>"]/g, '')
    return { kind: 'include', name: file, names: [], head: words.join(' ') }
  }
  return { kind: 'conditional', name: '#if', names: [], head: words.join(' ') }
}

function typeOf(words: readonly string[], head: readonly string[], bodyAt: number): Pick<Region, 'kind' | 'name' | 'names' | 'head'> {
  const isEnum = head.includes('enum')
  const after = words.slice(words.lastIndexOf('}') + 1).filter(isIdentifier)
  const tag = head.slice(head.findIndex(isAggregate) + 1).find(isIdentifier)
  const name = tag ?? after.at(-1) ?? (isEnum ? `enum ${words[bodyAt + 1] ?? ''}` : '')
  const enumerators = isEnum
    ? words
        .slice(bodyAt + 1)
        .filter((word, index, all) => isIdentifier(word) && /^[,=}(]$/.test(all[index + 1] ?? '') && !isOperator(all[index - 1]))
    : []
  return {
    kind: isEnum ? 'enum' : 'type',
    name,
    names: [...new Set([name, ...(head[0] === 'typedef' ? after.slice(-1) : []), ...enumerators])],
    head: head.join(' '),
  }
}

function isAggregate(word: string): boolean {
  return word === 'struct' || word === 'union' || word === 'enum'
}

/** What stands before a part of an enumerator's value, and not before its name. */
function isOperator(word: string | undefined): boolean {
  return /^[=|&^+*/%~!?:<>(-]$/.test(word ?? '')
}

const INIT = /^__(init|exit|initdata|initconst|exitdata)$/

/** Tokens outside parentheses and brackets, the others as empty strings. */
function topLevel(words: readonly string[]): string[] {
  let depth = 0
  return words.map((word) => {
    if (word === '(' || word === '[') depth++
    const shown = depth === 0 ? word : ''
    if (word === ')' || word === ']') depth--
    return shown
  })
}

/** Identifiers before a parenthesis at the top level that are no attributes: the first is what is declared. */
function callNames(head: readonly string[]): string[] {
  const outer = topLevel(head)
  return head.filter((word, index) => isIdentifier(word) && head[index + 1] === '(' && outer[index] === word && !ATTRIBUTE.test(word))
}

const ATTRIBUTE =
  /^(__attribute__|__printf|__scanf|__section|__aligned|__acquires|__releases|__must_hold|__cond_acquires|__alloc_size|__assume_aligned|__no_sanitize\w*|__diagnose_as|__bpf_kfunc|__counted_by|typeof|__typeof__|_Alignas)$/

function systemCallNames(head: readonly string[]): string[] | undefined {
  const [macro = '', , name = ''] = head
  const kind = /^(COMPAT_)?SYSCALL(32)?_DEFINE\d$/.exec(macro)
  if (kind === null) return undefined
  const stem = kind[1] === undefined ? 'sys' : 'compat_sys'
  return [`__do_${stem}_${name}`, `__se_${stem}_${name}`, `__x64_${stem}_${name}`, `__ia32_${stem}_${name}`]
}

/** `BPF_CALL_2(bpf_get_one, …)` of include/linux/filter.h. */
function bpfHelperNames([macro = '', , name = '']: readonly string[]): string[] | undefined {
  return /^BPF_CALL_\d$/.test(macro) ? [name, `____${name}`] : undefined
}
