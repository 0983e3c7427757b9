import type { Atom } from './atoms.ts'
import { type CFile, isIdentifier, tokensOf } from '../c/mod.ts'

/** What the macros and inline functions of a header mention: by the name mentioned, the names of those that mention it. */
export function collectMentions(header: CFile): Map<string, Set<string>> {
  const mentions = new Map<string, Set<string>>()
  for (const region of header.regions) {
    if (region.kind !== 'function' && region.kind !== 'macro') continue
    for (const token of new Set(tokensOf(header, region))) {
      if (!isIdentifier(token) || region.names.includes(token)) continue
      const known = mentions.get(token) ?? new Set()
      for (const name of region.names) known.add(name)
      mentions.set(token, known)
    }
  }
  return mentions
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
