/** Where two values of JSON differ, one line for each place: `inputs.tools[0].version: "2.40" became "2.41"`. */
export function jsonDifferences(before: unknown, after: unknown, path = ''): string[] {
  if (Array.isArray(before) && Array.isArray(after)) return differencesOf(before, after, (key) => `${path}[${key}]`)
  if (isObject(before) && isObject(after)) return differencesOf(before, after, (key) => (path === '' ? key : `${path}.${key}`))
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  return [`${path === '' ? 'all of it' : path}: ${show(before)} became ${show(after)}`]
}

type Keyed = Readonly<Record<string, unknown>>

function differencesOf(before: object, after: object, pathOf: (key: string) => string): string[] {
  const [old, now] = [before as Keyed, after as Keyed]
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) => jsonDifferences(old[key], now[key], pathOf(key)))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const LONGEST = 80

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
