/** Who includes whom, by the text of `#include` lines: more than any one configuration sees, never less. */
export type IncludeLines = ReadonlyMap<string, readonly IncludeLine[]>

export interface IncludeLine {
  /** As written, such as `linux/fs.h` or `../internal.h`. */
  readonly name: string
  /** In quotes: looked up beside the including file first. */
  readonly isQuoted: boolean
}

/** Lines of `grep -o '#include …'`, such as `fs/exec.c:#include <linux/fs.h`. */
export function parseIncludeLines(text: string): Map<string, IncludeLine[]> {
  const includes = new Map<string, IncludeLine[]>()
  for (const line of text.split('\n')) {
    const match = /^([^:]+):\s*#\s*include\s*([<"])([^>"]+)/.exec(line)
    if (match === null) continue
    const [, path = '', mark, name = ''] = match
    const known = includes.get(path) ?? []
    known.push({ name, isQuoted: mark === '"' })
    includes.set(path, known)
  }
  return includes
}

/**
 * Finds every file that may include one of these, directly or through others. A quoted name is the file beside the includer where `headers` has one;
 * all other names are compared by their ends, since include paths differ from unit to unit. What includes a file directly is found once.
 */
export function reachFinder(includes: IncludeLines, headers: ReadonlySet<string>): (changed: readonly string[]) => Set<string> {
  const includers = includersByBase(includes, headers)
  const direct = new Map<string, string[]>()
  const includersOf = (file: string) => {
    const known = direct.get(file) ?? (includers.get(baseOf(file)) ?? []).flatMap(({ path, isOf }) => (isOf(file) ? [path] : []))
    direct.set(file, known)
    return known
  }
  return (changed) => {
    const reached = new Set<string>()
    const pending = [...changed]
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      for (const path of includersOf(file)) {
        if (reached.has(path)) continue
        reached.add(path)
        pending.push(path)
      }
    }
    return reached
  }
}

interface Includer {
  readonly path: string
  readonly isOf: (file: string) => boolean
}

/** Turned round once for all questions about a tree. */
const turned = new WeakMap<IncludeLines, { readonly headers: ReadonlySet<string>; readonly includers: Map<string, Includer[]> }>()

function includersByBase(includes: IncludeLines, headers: ReadonlySet<string>): Map<string, Includer[]> {
  const known = turned.get(includes)
  if (known?.headers === headers) return known.includers
  const includers = turnRound(includes, headers)
  turned.set(includes, { headers, includers })
  return includers
}

function turnRound(includes: IncludeLines, headers: ReadonlySet<string>): Map<string, Includer[]> {
  const includers = new Map<string, Includer[]>()
  for (const [path, lines] of includes) {
    for (const { name, isQuoted } of lines) {
      const beside = normalize(`${path.slice(0, path.lastIndexOf('/') + 1)}${name}`)
      const suffix = `/${normalize(name)}`
      const isBeside = isQuoted && headers.has(beside)
      const known = includers.get(baseOf(name)) ?? []
      known.push({ path, isOf: isBeside ? (file) => file === beside : (file) => `/${file}`.endsWith(suffix) })
      includers.set(baseOf(name), known)
    }
  }
  return includers
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function normalize(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}
