/** What genksyms says of a unit: each symbol's checksum, and the types by which it came to it, one expansion by name. */
export interface SymbolTypes {
  readonly crcs: ReadonlyMap<string, number>
  /** Tokens by name: of a symbol its declaration, and `s#sock`, `u#…`, `e#…`, `t#…` for structs, unions, enums and typedefs. */
  readonly types: ReadonlyMap<string, readonly string[]>
}

/** `versions` is what genksyms prints, in the form of either kernel line; `types` what it dumps with -T. Of two checksums of a name the first counts. */
export function parseSymbolTypes(versions: string, types: string): SymbolTypes {
  const crcs = [...versions.matchAll(/(?:__crc_|#SYMVER )(\w+)\s*=?\s*0x([0-9a-f]+)/g)]
  const lines = types.split('\n').map((line) => line.split(' ').filter((token) => token !== ''))
  return {
    crcs: new Map(crcs.toReversed().map(([, name = '', crc = '']) => [name, Number.parseInt(crc, 16)])),
    types: new Map(lines.flatMap(([name, ...tokens]) => (name === undefined ? [] : [[name, tokens] as const]))),
  }
}

/** A prototype for people: `int check(struct file *, pid_t)`. */
export function showPrototype({ types }: SymbolTypes, name: string): string | undefined {
  const tokens = types.get(name)?.filter((token) => token !== 'extern')
  return tokens
    ?.map((token) => token.replace(/^([stueE])#/, (_, kind: string) => KEYWORDS[kind] ?? ''))
    .join(' ')
    .replaceAll(/ ?([(),]) ?/g, (_, mark: string) => (mark === ',' ? ', ' : mark))
    .replaceAll(/\* (?=[*),])/g, '*')
}

const KEYWORDS: Readonly<Record<string, string>> = { s: 'struct ', u: 'union ', e: 'enum ' }

/**
 * A prototype by what callers must know of it: typedefs are what they stand for, storage and qualifiers do not count. Two functions of one such
 * convention can stand in for each other, as far as types tell.
 */
export function callingConvention(symbols: SymbolTypes, name: string): string | undefined {
  const tokens = symbols.types.get(name)
  return tokens && expand(symbols, tokens, new Set()).join(' ')
}

const NO_MATTER: ReadonlySet<string> = new Set([
  'extern',
  'static',
  'inline',
  '__inline',
  '__inline__',
  'const',
  'volatile',
  'restrict',
  '__restrict',
])

function expand(symbols: SymbolTypes, tokens: readonly string[], within: ReadonlySet<string>): string[] {
  return withoutAttributes(tokens).flatMap((token) => {
    const meaning = token.startsWith('t#') && !within.has(token) ? symbols.types.get(token) : undefined
    if (meaning === undefined) return [token]
    const [, ...rest] = meaning // `typedef`
    return expand(symbols, rest.slice(0, -1), new Set([...within, token]))
  })
}

function withoutAttributes(tokens: readonly string[]): string[] {
  const kept: string[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? ''
    if (/^__attribute(__)?$/.test(token)) {
      let depth = 0
      do {
        at++
        if (tokens[at] === '(') depth++
        else if (tokens[at] === ')') depth--
      } while (depth > 0 && at < tokens.length)
    } else if (!NO_MATTER.has(token)) kept.push(token)
  }
  return kept
}
