import type { CveRecord } from '../cve/mod.ts'
import { compareDebianVersions } from '../kernel/mod.ts'
import type { AccountFile, AccountRow } from './account.ts'
import { standingOf } from './account.ts'
import type { Fix } from './changelog.ts'

/** The stable versions that an update leads from and to: `6.1.190`. */
export interface VersionSpan {
  readonly from: string
  readonly to: string
}

/** What a CVE is, with the live patch loaded. */
export interface CveAccount {
  readonly id: string
  readonly title: string
  readonly standing: AccountFile['standing'] | 'not-asked' | 'unknown'
  /**
   * How its code was found. Where a record's files are not of one standing, the function that the title names tells which part is meant
   * (`record-and-title`); a record whose files the update does not change leads nowhere (`record-elsewhere`).
   */
  readonly matched: 'record' | 'record-and-title' | 'record-elsewhere' | 'function' | 'path' | 'none'
  /** Only what a record names is certain; the rest follows from words of the title. */
  readonly isGuess: boolean
  readonly files: readonly string[]
  /** Fixing commits by the record, passed on to programs: changelogs name none that they could be joined by. */
  readonly commits: readonly string[]
}

/** The account by CVE: those of the changelog and of the records. */
export function joinCves(
  fixes: readonly Fix[],
  records: readonly CveRecord[],
  files: readonly AccountFile[],
  span: VersionSpan | undefined,
): CveAccount[] {
  const titles = new Map(fixes.flatMap((fix) => fix.cves.map((id) => [id, fix.title] as const)))
  const byId = new Map(records.map((record) => [record.id, record]))
  const byTitle = new Set(fixes.map((fix) => fix.title.toLowerCase()))
  // A record belongs to this update when the changelog names it, by id or by its very title, or when a stable version of the span brought its fix.
  const named = records.filter(
    (record) => titles.has(record.id) || byTitle.has(record.title.toLowerCase()) || (span !== undefined && isFixedWithin(record, span)),
  )
  const ids = new Set([...titles.keys(), ...named.map((record) => record.id)])
  const places = files.map((file): Place => ({ file, words: wordsOf(file.file) }))
  return [...ids].toSorted().map((id) => {
    const record = byId.get(id)
    return joinCve({ id, title: titles.get(id) ?? record?.title ?? '', record, isListed: titles.has(id) }, places)
  })
}

/** What of a fix's files keeps it from being called live as a whole: all but code that runs in the patch, and what this kernel has no code of. */
const NOT_MISSED: ReadonlySet<AccountRow['standing']> = new Set(['live', 'no-code', 'not-compiled'])

/**
 * The CVEs whose fixes the live patch holds for certain, and wholly: a record names the files, and whatever the update changes in those is live. Another
 * fix in the same file that is left out keeps a CVE from it, since nothing tells which of the two a change belongs to.
 */
export function whollyLive(cves: readonly CveAccount[], files: readonly AccountFile[]): string[] {
  const missing = new Set(files.flatMap(({ file, rows }) => (rows.every(({ standing }) => NOT_MISSED.has(standing)) ? [] : [file])))
  return cves.flatMap(({ id, standing, isGuess, files: own }) =>
    standing === 'live' && !isGuess && !own.some((file) => missing.has(file)) ? [id] : [],
  )
}

function isFixedWithin({ fixedIn }: CveRecord, { from, to }: VersionSpan): boolean {
  const line = to.replace(/\d+$/, '')
  return fixedIn.some(
    (version) => version.startsWith(line) && compareDebianVersions(version, from) > 0 && compareDebianVersions(version, to) <= 0,
  )
}

/** A file, and the words of its path. */
interface Place {
  readonly file: AccountFile
  readonly words: readonly string[]
}

interface Cve {
  readonly id: string
  readonly title: string
  readonly record: CveRecord | undefined
  /** Whether the changelog says that the update has its fix. */
  readonly isListed: boolean
}

function joinCve({ id, title, record, isListed }: Cve, places: readonly Place[]): CveAccount {
  const files = places.map(({ file }) => file)
  const commits = record?.fixes ?? []
  const own = new Set(record?.files ?? [])
  const exact = files.filter(({ file }) => own.has(file))
  const certain = exact.filter(isCode)
  const make = (matched: CveAccount['matched'], rows: readonly (AccountFile | AccountRow)[], paths: readonly string[]): CveAccount => ({
    id,
    title,
    standing: rows.length === 0 ? 'unknown' : standingOfFix(rows),
    matched,
    isGuess: matched !== 'record' && matched !== 'record-elsewhere',
    files: [...new Set(paths)],
    commits,
  })
  if (exact.length > 0) {
    const whole = certain.length > 0 ? certain : exact
    const named = namedRows(title, exact)
    const paths = exact.map(({ file }) => file)
    // A title seldom names all that a fix changes.
    const isNarrowed = named.length > 0 && standingOfFix(named) !== standingOfFix(whole)
    return isNarrowed ? make('record-and-title', named, paths) : make('record', whole, paths)
  }
  if (own.size > 0 && !isListed) return make('record-elsewhere', [], [...own])
  // A fix that is in the update, and not in the files of its record: those had another place, or name, in this line.
  const moved = [...own].flatMap((path) => placesNamed(baseName(path), places))
  const near = moved.length > 0 ? moved : filesNear(title, places)
  const named = namedRows(title, near.length > 0 ? near : files)
  if (named.length > 0)
    return make(
      'function',
      named,
      named.map(({ file }) => file),
    )
  // Many files with one standing tell it; with several they tell nothing.
  const standings = new Set(near.filter(isCode).map(({ standing }) => standing))
  if (near.length > 0 && standings.size <= 1)
    return make(
      'path',
      near,
      near.map(({ file }) => file),
    )
  return make(
    'none',
    [],
    near.slice(0, 10).map(({ file }) => file),
  )
}

/** What needs a reboot for no other reason than that nobody asked for it is said to be just that. */
function standingOfFix(parts: readonly (AccountFile | AccountRow)[]): CveAccount['standing'] {
  const standing = standingOf(parts)
  const left = parts.flatMap((part) => ('rows' in part ? part.rows : [part])).filter((row) => row.standing === 'needs-reboot')
  return standing === 'needs-reboot' && left.length > 0 && left.every(({ code }) => code === 'not-asked') ? 'not-asked' : standing
}

function isCode(file: AccountFile): boolean {
  return file.standing !== 'no-code'
}

/** Rows whose function the title names, by its whole name. */
function namedRows(title: string, files: readonly AccountFile[]): AccountRow[] {
  const words = new Set(title.match(/[a-z_]\w*_\w+|\w+(?=\(\))/gi) ?? [])
  return files.flatMap((file) => file.rows.filter((row) => words.has(row.item)))
}

const PLAIN = new Set(['fix', 'core', 'driver', 'drivers'])

/** Files with every word of a title's prefix (`net/sched: act_ct: …`) in their path. */
function filesNear(title: string, places: readonly Place[]): AccountFile[] {
  const words = title
    .split(':')
    .slice(0, -1)
    .flatMap(wordsOf)
    .filter((word) => word.length > 1)
  if (words.length === 0) return []
  const telling = words.filter((word) => !PLAIN.has(word))
  const wanted = telling.length > 0 ? telling : words
  const has = (path: readonly string[]) =>
    wanted.every((word) => path.includes(word) || path.some((part) => word.length > 3 && part.includes(word)))
  return places.flatMap(({ file, words: path }) => (has(path) ? [file] : []))
}

/** The only changed file of a name: several tell nothing. */
function placesNamed(name: string, places: readonly Place[]): AccountFile[] {
  const named = places.filter(({ file }) => baseName(file.file) === name)
  return named.length === 1 ? named.map(({ file }) => file) : []
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/[^a-z0-9]+/)
}
