/** What the compiler put into what, by the names in the source: callee to callers. */
export type Inlining = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Reads what gcc says with -fopt-info-inline-optimized: `Inlining f/12 into g/34`, early, and `Inlined f/12 into g/34 which now has …`, later.
 * Lines of another form say nothing that is needed.
 */
export function parseInlining(text: string): Inlining {
  const into = new Map<string, Set<string>>()
  for (const [, callee = '', caller = ''] of text.matchAll(/\bInlin(?:ing|ed) ([^\s/]+)\/\d+ into ([^\s/]+)\/\d+/g)) {
    const callers = into.get(nameInSource(callee)) ?? new Set()
    into.set(nameInSource(callee), callers.add(nameInSource(caller)))
  }
  return into
}

/** A function and all that hold a copy of it, directly or in turn. */
export function holdersOf(inlining: Inlining, functions: readonly string[]): Set<string> {
  const holders = new Set(functions)
  for (const name of holders) for (const caller of inlining.get(name) ?? []) holders.add(caller) // a set goes on to what is added to it
  return holders
}

function nameInSource(name: string): string {
  return name.replace(/\..*$/, '')
}
