import { type CodeLine, ownName } from './c-text.ts'

export interface Parameter {
  readonly type: string
  readonly name: string
}

/** A function's parameters, by its head: types without marks and spaces. */
export function parametersOf(head: string, name: string): Parameter[] {
  const open = head.search(new RegExp(`\\b${name} ?\\(`))
  if (open < 0) return []
  return argumentsFrom(head, head.indexOf('(', open) + 1).flatMap((text): Parameter[] => {
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
  return [...text.matchAll(new RegExp(`${ownName(name)}\\s*\\(`, 'g'))].map(({ index, 0: call }) =>
    argumentsFrom(text, index + call.length).map((argument) => argument.replace(/\s+/g, '')),
  )
}

/** What stands from a place on, up to what closes around it, split at the commas of its own level. */
export function argumentsFrom(text: string, from = 0): string[] {
  const parts: string[] = []
  let depth = 0
  let start = from
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at)
    if ('([{'.includes(character)) depth++
    if (')]}'.includes(character) && depth-- === 0) return [...parts, text.slice(start, at)]
    if (character !== ',' || depth > 0) continue
    parts.push(text.slice(start, at))
    start = at + 1
  }
  return [...parts, text.slice(start)]
}
