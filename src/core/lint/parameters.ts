import type { CodeLine } from './c-text.ts'

export interface Parameter {
  readonly type: string
  readonly name: string
}

/** A function's parameters, by its head: types without marks and spaces. */
export function parametersOf(head: string, name: string): Parameter[] {
  const open = head.search(new RegExp(`\\b${name} ?\\(`))
  if (open < 0) return []
  return argumentsAt(head, head.indexOf('(', open)).flatMap((text): Parameter[] => {
    const bare = text
      .replace(/\b(const|volatile|__\w+)\b/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
    if (bare === '' || bare === 'void') return []
    const [, type = bare, own = ''] = /^(.*[\s*])(\w+) ?(?:\[\w*\])?$/.exec(bare) ?? []
    return [{ type: type.replace(/\s+/g, ''), name: own }]
  })
}

/** The arguments of each call of a function in these lines, without spaces. */
export function callsOf(name: string, lines: readonly CodeLine[]): string[][] {
  const text = lines.map((line) => line.text).join('\n')
  return [...text.matchAll(new RegExp(`(?<![\\w>.])${name}\\s*\\(`, 'g'))].map(({ index, 0: call }) =>
    argumentsAt(text, index + call.length - 1).map((argument) => argument.replace(/\s+/g, '')),
  )
}

/** What stands between the parenthesis at this place and its partner, split at the commas of its own level. */
function argumentsAt(text: string, open: number): string[] {
  const parts: string[] = []
  let depth = 0
  let from = open + 1
  for (let at = open; at < text.length; at++) {
    const character = text.charAt(at)
    if (/[([{]/.test(character)) depth++
    if (/[)\]}]/.test(character)) depth--
    if (depth > 1 || (depth === 1 && character !== ',')) continue
    parts.push(text.slice(from, at))
    from = at + 1
    if (depth === 0) break
  }
  return parts
}
