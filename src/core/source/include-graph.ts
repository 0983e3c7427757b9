/** Who includes whom, by the text of `#include` lines: more than any one configuration sees, never less. */
export type IncludeLines = ReadonlyMap<string, readonly string[]>

/** Lines of `grep -o '#include …'` as `path:#include <name>` to the names that each file includes. */
export function parseIncludeLines(text: string): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const match = /^([^:]+):\s*#\s*include\s*[<"]([^>"]+)/.exec(line)
    if (match === null) continue
    const [, path = '', name = ''] = match
    const known = names.get(path)
    if (known === undefined) names.set(path, [name])
    else known.push(name)
  }
  return names
}

/** Every file that may include one of these, directly or through others. Names are compared by their ends, so an include path decides nothing. */
export function filesIncluding(includes: IncludeLines, changed: readonly string[]): Set<string> {
  const includers = new Map<string, { readonly path: string; readonly suffix: string }[]>()
  for (const [path, names] of includes) {
    for (const name of names) {
      const suffix = name.replace(/^(\.{1,2}\/)+/, '')
      const base = suffix.slice(suffix.lastIndexOf('/') + 1)
      const known = includers.get(base) ?? []
      known.push({ path, suffix })
      includers.set(base, known)
    }
  }
  const reached = new Set<string>()
  const pending = [...changed]
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    const current = `/${file}`
    for (const { path, suffix } of includers.get(current.slice(current.lastIndexOf('/') + 1)) ?? []) {
      if (reached.has(path) || !current.endsWith(`/${suffix}`)) continue
      reached.add(path)
      pending.push(path)
    }
  }
  return reached
}
