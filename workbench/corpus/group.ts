import type { Construct } from './constructs.ts'

/** Names by how a change treats them. */
export interface Names {
  /** There only after it. */
  readonly came: ReadonlySet<string>
  /** There only before it. */
  readonly went: ReadonlySet<string>
  /** There before and after: declared otherwise, or in a changed line. */
  readonly altered: ReadonlySet<string>
}

/** A changed file with what ties it to others. */
export interface LinkedFile {
  readonly path: string
  /** What others can name. */
  readonly declares: Names
  /** What its own code names. */
  readonly uses: Names
}

export interface ChangedConstructs {
  readonly older: readonly Construct[]
  readonly newer: readonly Construct[]
}

/** A name that many changed files share ties together what has nothing to do with each other. */
const COMMON = 12

export function linkFile(path: string, { older, newer }: ChangedConstructs): LinkedFile {
  const isHeader = path.endsWith('.h')
  const [before, after] = [visibleNames(older, isHeader), visibleNames(newer, isHeader)]
  const declares = namesOf(
    before,
    after,
    [...before.keys()].filter((name) => after.has(name) && after.get(name) !== before.get(name)),
  )
  const [spelledBefore, spelledAfter] = [wordsOf(older), wordsOf(newer)]
  return { path, declares, uses: namesOf(spelledBefore, spelledAfter, wordsOf(changedOnes({ older, newer }))) }
}

/**
 * Groups of files that belong together: where one declares a name newly or otherwise, or no longer, another begins to use it, has it where it
 * changes, or uses it no more. Files that nothing ties to another are in none. Sorted by their first path, as the paths within are.
 */
export function connectFiles(files: readonly LinkedFile[]): string[][] {
  const parents = new Map(files.map(({ path }) => [path, path]))
  const rootOf = (path: string): string => {
    const parent = parents.get(path) ?? path
    return parent === path ? path : rootOf(parent)
  }
  for (const treatment of ['came', 'went', 'altered'] as const) {
    const users = new Map<string, string[]>()
    for (const { path, uses } of files) {
      for (const name of uses[treatment]) {
        const known = users.get(name)
        if (known === undefined) users.set(name, [path])
        else known.push(path)
      }
    }
    for (const { path, declares } of files) {
      for (const name of declares[treatment]) {
        const tied = users.get(name) ?? []
        if (tied.length <= COMMON) for (const other of tied) parents.set(rootOf(other), rootOf(path))
      }
    }
  }
  const groups = [...Map.groupBy(files, ({ path }) => rootOf(path)).values()]
  return groups
    .map((group) => group.map(({ path }) => path).toSorted())
    .filter((group) => group.length > 1)
    .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
}

interface NameSet {
  readonly has: (name: string) => boolean
  readonly keys: () => Iterable<string>
}

function namesOf(before: NameSet, after: NameSet, altered: Iterable<string>): Names {
  return {
    came: new Set([...after.keys()].filter((name) => !before.has(name))),
    went: new Set([...before.keys()].filter((name) => !after.has(name))),
    altered: new Set(altered),
  }
}

/** What others can name, with how it is declared: all of a header, members and enumerators too; of a C file the functions and data that are not static. */
function visibleNames(constructs: readonly Construct[], isHeader: boolean): Map<string, string> {
  const names = new Map<string, string>()
  for (const { kind, name, words } of constructs) {
    const body = words.indexOf('{')
    const head = words.slice(0, body < 0 ? undefined : body)
    if (!isHeader && ((kind !== 'function' && kind !== 'data') || head.includes('static'))) continue
    names.set(name, kind === 'function' || kind === 'declaration' ? head.join(' ').replace(/ ;$/, '') : '')
    if (kind === 'type') for (const member of membersOf(words)) names.set(member, '')
  }
  return names
}

function membersOf(words: readonly string[]): string[] {
  return words.filter((word, index) => /^[A-Za-z_]\w{2,}$/.test(word) && [';', ',', '[', ':', '='].includes(words[index + 1] ?? ''))
}

function wordsOf(constructs: readonly Construct[]): Set<string> {
  return new Set(constructs.flatMap(({ words }) => words.filter((word) => /^[A-Za-z_]\w/.test(word))))
}

/** The new form of what is there before and after and differs. */
function changedOnes({ older, newer }: ChangedConstructs): Construct[] {
  const known = new Set(older.map(({ words }) => words.join(' ')))
  const names = new Set(older.map(({ kind, name }) => `${kind} ${name}`))
  return newer.filter(({ kind, name, words }) => names.has(`${kind} ${name}`) && !known.has(words.join(' ')))
}
