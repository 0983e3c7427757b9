import type { Atom } from './atoms.ts'
import { type CFile, type Region, isIdentifier, tokensOf } from '../c/mod.ts'

/** Stands for functions that a macro makes in a header, under names that the text does not have. */
export const MADE_NAMES = '##'

/** Whether a region defines such: `PAGEFLAG(Dirty, dirty, PF_HEAD)`, an event of a trace header. */
export function makesNames({ kind, name, names, macro }: Region): boolean {
  if (kind === 'invocation') return /^_*[A-Z]/.test(name) && (names.length === 0 || /^(DECLARE|DEFINE)_(EVENT|TRACE)/.test(name))
  return kind === 'function' && macro !== undefined && names.includes(macro.name)
}

/** What a header mentions: by the name mentioned, the names of those that mention it, where these come out otherwise when that changes. */
export function collectMentions(header: CFile): Map<string, Set<string>> {
  const mentions = new Map<string, Set<string>>()
  for (const region of header.regions) {
    const names = makesNames(region) ? [MADE_NAMES] : region.names
    for (const token of new Set(decidingTokens(header, region))) {
      if (!isIdentifier(token) || names.includes(token)) continue
      const known = mentions.get(token) ?? new Set()
      for (const name of names) known.add(name)
      mentions.set(token, known)
    }
  }
  return mentions
}

/** Tokens of a region on which what it comes to depends: of a type the lengths in it, of what a macro makes that macro. */
function decidingTokens(header: CFile, region: Region): readonly string[] {
  const tokens = tokensOf(header, region)
  // What its arguments mention would lead to all units that see it: an edit of its own does.
  if (region.kind === 'invocation' || makesNames(region)) return tokens.slice(0, tokens.indexOf('('))
  switch (region.kind) {
    case 'function':
    case 'macro':
    case 'enum':
      return tokens
    case 'data':
      return tokens.includes('=') ? tokens : []
    case 'type':
      return lengthsIn(tokens)
    default:
      return []
  }
}

/** `long ids[MAX_IDS + 1];`, `u8 kind : KIND_BITS;` */
function lengthsIn(tokens: readonly string[]): string[] {
  let isLength = false
  return tokens.filter((token) => {
    if (/^[[\]:;{}]$/.test(token)) isLength = token === '[' || token === ':'
    return isLength
  })
}

/** The names by which code can come to depend on an atom of a header: of a type that changes, those of its members. */
export function namesGivenBy(atom: Atom): Set<string> {
  return new Set(
    atom.items.flatMap(({ region, change }) => (region.kind === 'type' && change === 'interface' ? [...atom.declared] : region.names)),
  )
}

/** Whether an edit of a type that exists already may change where its members lie. Parameters of function pointers and qualifiers do not. */
export function mayMoveMembers(before: CFile, after: CFile, atom: Atom): boolean {
  return atom.items.some(({ region, change }) => {
    if (region.kind !== 'type' || change !== 'interface') return false
    const [was, is] = [before, after].map((file) =>
      file.regions
        .filter((other) => other.kind === 'type' && other.name === region.name)
        .map((other) => layoutTokens(tokensOf(file, other))),
    )
    return was?.join('\n') !== is?.join('\n')
  })
}

function layoutTokens(tokens: readonly string[]): string {
  const kept: string[] = []
  let depth = 0
  for (const [at, token] of tokens.entries()) {
    // The parameters of `int (*reset)(…)`: a parenthesis after a closing one.
    if (depth > 0 || (token === '(' && tokens[at - 1] === ')')) {
      if (token === '(') depth++
      if (token === ')') depth--
      continue
    }
    if (!/^(const|volatile|__rcu|__user|__iomem|__percpu|__force|__bitwise)$/.test(token)) kept.push(token)
  }
  return kept.join(' ')
}
