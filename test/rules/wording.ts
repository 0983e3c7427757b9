/** What is wrong with the messages of a file's faults: each says what kmend cannot do, where it is thrown, and is no sentence with a full stop. */
export function checkWording(text: string): readonly string[] {
  return [...text.matchAll(/new Fault\(/g)].flatMap((match) => {
    const [code = '', message = ''] = splitArguments(text, match.index + match[0].length)
    const literals = literalsOf(message)
    return literals.length === 0 ? [`a message that is made elsewhere: new Fault(${code}, ${message})`] : literals.flatMap(checkMessage)
  })
}

function checkMessage(message: string): readonly string[] {
  if (!message.startsWith('Cannot ')) return [`does not begin with "Cannot": ${message}`]
  return /[.!]$/.test(message) ? [`ends in a full stop: ${message}`] : []
}

const LITERAL = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/y

/** The arguments of a call as they are written; `at` is behind its opening parenthesis. Strings in a template's `${}` have other quotes. */
function splitArguments(text: string, at: number): readonly string[] {
  const found = ['']
  for (let depth = 0; at < text.length;) {
    LITERAL.lastIndex = at
    const token = LITERAL.exec(text)?.[0] ?? text[at] ?? ''
    if ('([{'.includes(token)) depth++
    if (')]}'.includes(token) && depth-- === 0) break
    if (token === ',' && depth === 0) found.push('')
    else found.push(`${found.pop() ?? ''}${token}`)
    at += token.length
  }
  return found.map((argument) => argument.trim())
}

/** The texts that an expression can have: a literal, or the two of a condition. */
function literalsOf(expression: string): readonly string[] {
  return [...expression.matchAll(/(?:^|[?:]\s*)('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)/g)].map((match) =>
    (match[1] ?? '').slice(1, -1),
  )
}
