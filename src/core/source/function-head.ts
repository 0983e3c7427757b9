/**
 * How a C file defines its functions: for a name, the text from its first word to the opening brace, with single spaces and without comments; undefined when no definition of
 * that name is spelled out (a macro may write it). A guide to what is worth a closer look, not a parser.
 */
export function functionHeads(text: string): (name: string) => string | undefined {
  const code = withoutNoise(text)
  return (name) => findHead(code, name)
}

function findHead(code: string, name: string): string | undefined {
  for (const match of code.matchAll(new RegExp(`\\b${name.replaceAll(/[^\w]/g, '')}\\s*\\(`, 'g'))) {
    const end = closingParenthesis(code, match.index + match[0].length)
    const brace = code.slice(end).search(/[{;,=]/)
    if (brace < 0 || code[end + brace] !== '{' || code.slice(end, end + brace).includes(')')) continue
    const start = Math.max(code.lastIndexOf(';', match.index), code.lastIndexOf('}', match.index), code.lastIndexOf('{', match.index)) + 1
    const head = code
      .slice(start, end + brace)
      .replaceAll(/\s+/g, ' ')
      .trim()
    // A call within an expression has no type before it.
    if (/^[A-Za-z_][\w\s*(),]*$/.test(head) && !/^(return|else|if|while|for|switch|do)\b/.test(head) && head !== match[0]) return head
  }
  return undefined
}

function withoutNoise(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ')
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '0')
    .replaceAll(/^[ \t]*#line\b.*$/gm, ' ')
    .replaceAll(/^[ \t]*#(?:[^\n\\]|\\[\s\S])*$/gm, ';')
}

function closingParenthesis(code: string, from: number): number {
  let depth = 1
  for (let at = from; at < code.length; at++) {
    if (code[at] === '(') depth++
    else if (code[at] === ')' && --depth === 0) return at + 1
  }
  return code.length
}
