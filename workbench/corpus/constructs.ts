/** The top level of a C file, read well enough to say what kind of thing a change touches. It need not compile, and macros stay unexpanded. */

export type ConstructKind = 'function' | 'init' | 'type' | 'data' | 'macro' | 'declaration'

export interface Construct {
  readonly kind: ConstructKind
  readonly name: string
  /** Its words without comments and spacing. */
  readonly words: readonly string[]
}

const WORD = /[A-Za-z_]\w*|\d[\w.]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\S/g

/** Functions, types, variables and macros at file level, in their order. */
export function readConstructs(text: string): Construct[] {
  const { code, directives } = splitDirectives(withoutComments(text))
  const constructs = directives.flatMap(readMacro)
  let words: string[] = []
  let depth = 0
  for (const [word] of code.matchAll(WORD)) {
    words.push(word)
    if ('({['.includes(word)) depth++
    else if (')}]'.includes(word)) depth = Math.max(0, depth - 1)
    const isEnd = depth === 0 && (word === ';' || (word === '}' && isFunction(words)))
    if (!isEnd) continue
    if (words.length > 1) constructs.push(nameConstruct(words))
    words = []
  }
  if (words.length > 1) constructs.push(nameConstruct(words))
  return constructs
}

/** Comments become blanks; literals stay. */
function withoutComments(text: string): string {
  return text.replaceAll(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\*[^]*?\*\/|\/\/[^\n]*/g, (part) =>
    part.startsWith('/*') || part.startsWith('//') ? part.replaceAll(/[^\n]+/g, ' ') : part,
  )
}

function splitDirectives(text: string): { readonly code: string; readonly directives: readonly string[] } {
  const directives: string[] = []
  const code = text.replaceAll(/^[ \t]*#(?:.*\\\r?\n)*.*$/gm, (directive) => {
    directives.push(directive.replaceAll(/\\\r?\n/g, ' '))
    return ''
  })
  return { code, directives }
}

function readMacro(directive: string): Construct[] {
  const name = /^\s*#\s*define\s+(\w+)/.exec(directive)?.[1]
  return name === undefined ? [] : [{ kind: 'macro', name, words: directive.match(WORD) ?? [] }]
}

/** Whether a body in braces is that of a function: what stands before it ends in an argument list or attributes, and nothing is assigned. */
function isFunction(words: readonly string[]): boolean {
  const body = words.indexOf('{')
  const open = topLevelIndex(words, '(')
  if (body < 1 || open < 0 || open > body || topLevelIndex(words, '=') >= 0) return false
  const isType = TYPE_WORDS.has(words[words[0] === 'static' ? 1 : 0] ?? '') && words[body - 1] !== ')'
  return !isType
}

const TYPE_WORDS: ReadonlySet<string> = new Set(['struct', 'union', 'enum', 'typedef'])
const INIT_WORDS: ReadonlySet<string> = new Set([
  '__init',
  '__exit',
  '__initdata',
  '__initconst',
  '__exitdata',
  '__init_or_module',
  '__head',
])

function nameConstruct(words: readonly string[]): Construct {
  const body = words.indexOf('{')
  const assigned = topLevelIndex(words, '=')
  const open = topLevelIndex(words, '(')
  const isInit = words.slice(0, body < 0 ? undefined : body).some((word) => INIT_WORDS.has(word))
  if (body >= 0 && assigned < 0 && isFunction(words)) return { kind: isInit ? 'init' : 'function', name: nameBefore(words, open), words }
  const keyword = words.findIndex((word) => TYPE_WORDS.has(word))
  if (assigned < 0 && keyword >= 0 && (body >= 0 || words[0] === 'typedef') && keyword < 2) {
    const tag = words[keyword + 1] ?? ''
    return { kind: 'type', name: tag === '{' || words[0] === 'typedef' ? nameBefore(words, words.length - 1) : tag, words }
  }
  if (assigned >= 0) return { kind: isInit ? 'init' : 'data', name: nameBefore(words, assigned), words }
  if (open >= 0) return namedByMacro(words, open, isInit)
  const isOnlyNamed = words[0] === 'extern' || words.length <= 3
  return { kind: isOnlyNamed ? 'declaration' : isInit ? 'init' : 'data', name: nameBefore(words, words.length - 1), words }
}

/** `DEFINE_MUTEX(lock);` makes data, `module_init(start);` and `EXPORT_SYMBOL(f);` say something of what is elsewhere, `int f(void);` too. */
function namedByMacro(words: readonly string[], open: number, isInit: boolean): Construct {
  const isDefinition = words
    .slice(0, open)
    .some((word) => /^(?:DEFINE|DECLARE_WORK|DECLARE_DELAYED|LIST_HEAD|BLOCKING_NOTIFIER|ATOMIC_NOTIFIER)/.test(word))
  const kind = isDefinition ? (isInit ? 'init' : 'data') : 'declaration'
  const argument = words[open + 1] ?? ''
  const isCall = open === 1
  return { kind, name: isDefinition ? argument : isCall ? `${words[0]} ${argument}` : nameBefore(words, open), words }
}

/** The last word of letters before an index, arrays' sizes and attributes left out. */
function nameBefore(words: readonly string[], end: number): string {
  let depth = 0
  for (let i = end - 1; i >= 0; i--) {
    const word = words[i] ?? ''
    if (word === ']' || word === ')' || word === '}') depth++
    else if (word === '[' || word === '(' || word === '{') depth--
    else if (
      depth === 0 &&
      /^[A-Za-z_]/.test(word) &&
      !/^__(?:\w*init\w*|ro_after_init|read_mostly|maybe_unused|aligned|packed|used)$/.test(word)
    )
      return word
  }
  return ''
}

/** Index of a word outside all brackets; of an opening one, the first that opens there. */
function topLevelIndex(words: readonly string[], wanted: string): number {
  let depth = 0
  for (const [index, word] of words.entries()) {
    if (depth === 0 && word === wanted) return index
    if (word === '(' || word === '{' || word === '[') depth++
    else if (word === ')' || word === '}' || word === ']') depth--
  }
  return -1
}
