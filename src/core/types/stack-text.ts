import type { FunctionUse } from './stack-only.ts'

interface LeftOut extends Pick<FunctionUse, 'names' | 'takers' | 'valued' | 'hasDroppedConditions'> {
  /** Functions of the file that take it, each of which the dump shows somewhere. */
  readonly allTakers: ReadonlySet<string>
}

/**
 * What the `-raw` dump leaves out of a function, looked at in its printed form: assembly, the initial values of variables that nothing refers
 * to again, and some conditions. A reason, or undefined when nothing in them is against it.
 */
export function checkLeftOut(
  text: string,
  tag: string,
  { names, takers, valued, hasDroppedConditions, allTakers }: LeftOut,
): string | undefined {
  if (hasDroppedConditions && !conditionsOf(text).every((condition) => isPlainCondition(condition, tag, { names, takers: allTakers })))
    return 'uses it in a condition in a way that is not understood'
  for (const statement of assemblyOf(text)) {
    if (!isPlainUse(statement, tag, names) || holdsAny(statement, takers)) return 'hands it to assembly'
  }
  const values = new Map<string, Set<string>>()
  for (const { name, head, value } of declarationsOf(text)) {
    if (/\bstatic\b|\bextern\b|__asm__/.test(head) && holdsTag(head, tag)) return `has a static variable of it, ${name}`
    if (value === undefined || (isPlainUse(value, tag, names) && !holdsAny(withoutCalls(value), takers))) continue
    const known = values.get(name)
    if (known === undefined) values.set(name, new Set([value]))
    else known.add(value)
  }
  for (const [name, texts] of values) {
    // Only one variable of this name, and the other form showed it with its value: then that was checked there.
    const all = new Set(declarationsOf(text).flatMap((declared) => (declared.name === name && declared.value ? [declared.value] : [])))
    const isChecked = valued.includes(name) && all.size === 1 && texts.size === 1
    if (!isChecked) return `sets ${name} from it in a way that is not understood`
  }
  return undefined
}

function holdsAny(text: string, names: ReadonlySet<string>): boolean {
  return [...names].some((name) => holdsTag(text, name))
}

/** Without the names of functions that are called as what they are: no conversion before, arguments behind. */
function withoutCalls(text: string): string {
  return text.replace(/(?<![\w)] ?)\b\w+ \(/g, '(')
}

export function holdsTag(text: string, tag: string): boolean {
  return new RegExp(`\\b${tag}\\b`).test(text)
}

/**
 * Whether a piece of printed source does nothing with such pointers but read members, pass them on as they are, or copy them: no conversion, to or
 * from, but of one's own pointer to a constant one.
 */
function isPlainUse(text: string, tag: string, names: ReadonlySet<string>): boolean {
  let rest = text
  for (const name of names) {
    if (name === '') continue
    const own = `&?${escaped(name)}\\b(?!\\s*(?:->|\\.|\\[))`
    rest = rest.replace(new RegExp(`(^|[^\\w)] ?|\\()\\((?:const )?struct ${tag} \\*\\) ${own}`, 'g'), '$1')
    rest = rest.replace(new RegExp(`(^|, |\\w \\()${own}(?=$|[,;)])`, 'g'), '$1')
    rest = rest.replace(new RegExp(`(?<!\\*|&)\\b${escaped(name)}(?:->|\\.)`, 'g'), '')
  }
  return !holdsTag(rest, tag) && [...names].every((name) => name === '' || !new RegExp(`\\b${escaped(name)}\\b`).test(rest))
}

/** Pieces with a condition of which the dump may not show the operands: a line each, unless an operand has statements in it. */
function conditionsOf(text: string): string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, rank) => {
    if (!/&&|\|\|| \^ /.test(line)) return []
    let [first, last] = [rank, rank]
    while (first > 0 && depthsOf(lines.slice(first, rank + 1)).lowest < 0) first--
    while (last < lines.length - 1 && depthsOf(lines.slice(rank, last + 1)).end > 0) last++
    return [lines.slice(first, last + 1).join('\n')]
  })
}

/** How deep in braces a piece ends, and the least of that on the way: below zero where it closes what it did not open. */
function depthsOf(lines: readonly string[]): { readonly end: number; readonly lowest: number } {
  let [end, lowest] = [0, 0]
  for (const [brace] of lines.join('\n').matchAll(/[{}]/g)) {
    end += brace === '{' ? 1 : -1
    lowest = Math.min(lowest, end)
  }
  return { end, lowest }
}

/** Whether a condition only reads members, compares pointers, and hands them to functions that the dump does show. */
function isPlainCondition(text: string, tag: string, { names, takers }: Pick<FunctionUse, 'names' | 'takers'>): boolean {
  const own = [...names].filter((name) => name !== '')
  let rest = text
  if (!/[{}]/.test(text)) {
    rest = withoutPlainCalls(text, tag, { names, takers })
    for (const name of own.map((raw) => `\\b${escaped(raw)}`)) {
      rest = rest.replace(new RegExp(`(?<![*&.>])${name}(?:->|\\.)`, 'g'), '')
      rest = rest.replace(new RegExp(`(?<![*&.>])${name} (?:[!=]=|[<>]=?) `, 'g'), '')
      rest = rest.replace(new RegExp(` (?:[!=]=|[<>]=?) ${name}(?![\\w.[-])`, 'g'), '')
    }
  }
  return !holdsTag(rest, tag) && own.every((name) => !holdsTag(rest, escaped(name)))
}

/** From the inside out: without calls, casts and sums in which it is not, and without calls of functions that take it. */
function withoutPlainCalls(text: string, tag: string, { names, takers }: Pick<FunctionUse, 'names' | 'takers'>): string {
  const own = new Set([...names].filter((name) => name !== ''))
  const isPlain = (callee: string | undefined, given: string) =>
    (!holdsTag(given, tag) && !holdsAny(given, own)) ||
    (callee !== undefined && takers.has(callee) && isPlainUse(`call (${given})`, tag, names))
  const next = text.replace(/(?:\b(\w+) )?\(([^()]*)\)/g, (whole, callee: string | undefined, given: string) =>
    isPlain(callee, given) ? '0' : whole,
  )
  return next === text ? text : withoutPlainCalls(next, tag, { names, takers })
}

function escaped(name: string): string {
  return name.replace(/[^\w]/g, '\\$&')
}

interface Declaration {
  readonly name: string
  readonly head: string
  readonly value: string | undefined
}

/** Declarations of the printed form: a line each, unless the value has statements in it. */
function declarationsOf(text: string): Declaration[] {
  const found: Declaration[] = []
  for (const match of text.matchAll(
    /^ *((?:[A-Za-z_<][^=;{}()]*|[^=;{}]*\(\*[^=;{}]*\)[^=;{}]*) \**([A-Za-z_][\w.]*)(?:\[[^=;]*\])*(?:\([^=;]*\))?)( = )?/gm,
  )) {
    const [whole, head = '', name = '', equals] = match
    if (/^(return|goto|case|default|if|else|switch)\b/.test(head)) continue
    const from = match.index + whole.length
    if (equals === undefined && text[from] !== ';') continue
    found.push({ name, head, value: equals === undefined ? undefined : text.slice(from, endOfStatement(text, from)) })
  }
  return found
}

export function assemblyOf(text: string): string[] {
  return [...text.matchAll(/\b(?:__asm__|__asm|asm)\b/g)].map(({ index }) => text.slice(index, endOfStatement(text, index)))
}

/** At the semicolon that ends it, over strings, parentheses and braces. */
function endOfStatement(text: string, start: number): number {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    const char = text[i]
    if (char === '"' || char === "'") {
      const end = endOfLiteral(text, i, char)
      if (end === undefined) continue // an apostrophe of the printer's own words
      i = end
    } else if (char === '(' || char === '{') depth++
    else if (char === ')' || char === '}') depth--
    else if (char === ';' && depth <= 0) return i
  }
  return text.length
}

function endOfLiteral(text: string, start: number, quote: string): number | undefined {
  for (let i = start + 1; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === quote) return i
  }
  return undefined
}
