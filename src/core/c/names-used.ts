import type { CFile, Region } from './regions.ts'
import { closingAt, isIdentifier, isMember } from './tokens.ts'

/** What a function uses by name, as its own text has it. */
export interface NamesUsed {
  /** Behind `->` or `.`, and as `.name =` in initial values. */
  readonly members: ReadonlySet<string>
  /** All others. */
  readonly others: ReadonlySet<string>
}

/**
 * Names that a function's text uses in whatever configuration: neither what conditionals may leave out counts, nor what is given to something that may
 * make no code of it. What its macros hide is not seen. None where it has a type of its own: a member may be that one's, of which BTF need not tell.
 */
export function namesUsed(file: CFile, region: Region): NamesUsed {
  const words = withoutCodeless(unconditionalWords(file, region))
  if (words.some((_, index) => isTypesHead(words, index))) return { members: new Set(), others: new Set() }
  const members = new Set<string>()
  const others = new Set<string>()
  for (const [index, word] of words.entries()) {
    if (!isIdentifier(word)) continue
    if (isMember(words, index)) members.add(word)
    else others.add(word)
  }
  return { members, others }
}

/** `struct {`, `union name {`. */
function isTypesHead(words: readonly string[], index: number): boolean {
  const isOne = words[index] === 'struct' || words[index] === 'union' || words[index] === 'enum'
  return isOne && (words[index + 1] === '{' || words[index + 2] === '{')
}

/** The tokens of lines that are no directives, outside all conditionals. */
function unconditionalWords(file: CFile, region: Region): string[] {
  let depth = 0
  const found: string[] = []
  for (let at = region.start - 1; at < region.end; at++) {
    const words = file.tokens.between(at, at + 1)
    if (words[0] === '#') {
      if (words[1]?.startsWith('if') === true) depth++
      if (words[1] === 'endif') depth--
      while (file.lines[at]?.endsWith('\\') === true) at++
    } else if (depth === 0) {
      found.push(...words)
    }
  }
  return found
}

/** Assertions and debugging that a configuration turns off with their arguments, and sizes, which are those of what is named and not of what it is in. */
const CODELESS =
  /lockdep|might_|_held$|_nested$|debug|devel|dbg|no_printk|assert|^VM_|BUILD_BUG|kmemleak|kmsan|kasan|^__(acquire|release)s?$|typeof|same_type|sizeof|alignof|ARRAY_SIZE/i

function withoutCodeless(words: readonly string[]): string[] {
  const found: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (words[at + 1] === '(' && CODELESS.test(word)) at = closingAt(words, at + 1)
    else found.push(word)
  }
  return found
}
