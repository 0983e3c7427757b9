import { findFunctions } from '../c/mod.ts'

/** A function, or a macro, by the name in the source and by what its symbols end in. */
export interface Caller {
  readonly name: string
  readonly stem: string
}

/** Who names whom in call position, by the text of a C file alone: callee to the functions and macros that call it. */
export function callersInText(text: string): ReadonlyMap<string, readonly Caller[]> {
  const lines = withoutCommentsAndLiterals(text).split('\n')
  const callers = new Map<string, Map<string, Caller>>()
  const note = ({ name, stem }: Caller, body: string) => {
    for (const [, callee = ''] of body.matchAll(/\b([A-Za-z_]\w*)\s*\(/g)) {
      if (callee === name) continue
      const known = callers.get(callee) ?? new Map<string, Caller>()
      callers.set(callee, known.set(name, { name, stem }))
    }
  }
  for (const found of findFunctions(lines)) note(found, lines.slice(found.from - 1, found.to).join('\n'))
  for (const [, name = '', body = ''] of lines.join('\n').matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)((?:.*\\\n)*.*)$/gm))
    note({ name, stem: name }, body)
  return new Map([...callers].map(([callee, known]) => [callee, [...known.values()]]))
}

/** The text with blanks in their place; lines stay where they are. */
function withoutCommentsAndLiterals(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (found) => found.replaceAll(/[^\n]/g, ' '))
}
