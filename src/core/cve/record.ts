import { type RawAffected, type VersionClaim, objectsOf, readClaims } from './affected.ts'

/** What kmend reads of a CVE record: CVE JSON 5, as the kernel's CVE team and the CVE Program publish them. */
export interface CveRecord {
  readonly id: string
  readonly title: string
  /** Paths that the record names as the affected code. */
  readonly files: readonly string[]
  /** Commits that fix it, in full. */
  readonly fixes: readonly string[]
  /** Stable versions that brought the fix, one for each line that got it: `6.1.191`. */
  readonly fixedIn: readonly string[]
  /** Which versions have it, as the record says. */
  readonly claims: readonly VersionClaim[]
  /** How bad it is, by whose word: the CVE team's own, and those who add to its records. */
  readonly cvss: readonly CvssClaim[]
  /** Set when somebody has put it on a list of those that are used in attacks. */
  readonly knownExploited: KnownExploited | undefined
  readonly references: readonly string[]
}

/** A CVSS vector of any version, and its source. */
export interface CvssClaim {
  readonly vector: string
  readonly source: string
}

export interface KnownExploited {
  /** The day on which it came onto the list: `2026-11-02`. */
  readonly since: string
  readonly source: string
}

/** Undefined for what is no CVE record with a kernel's part in it, and for a record that was rejected. */
export function parseCveRecord(text: string): CveRecord | undefined {
  const record = parse(text)
  // The team's own repository spells the key in two ways.
  const id = record?.cveMetadata?.cveId ?? record?.cveMetadata?.cveID
  const cna = record?.containers?.cna
  if (typeof id !== 'string' || typeof cna !== 'object' || cna === null || record?.cveMetadata?.state === 'REJECTED') return undefined
  const affected = objectsOf(cna.affected)
  const versions = affected.flatMap((entry) => objectsOf(entry.versions))
  const containers = [cna, ...objectsOf(record?.containers?.adp)]
  const isCommit = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{12,40}$/.test(value)
  return {
    id,
    title: typeof cna.title === 'string' ? cna.title : '',
    files: [...new Set(affected.flatMap(({ programFiles }) => (Array.isArray(programFiles) ? programFiles : [])).filter(isText))],
    fixes: [...new Set(versions.flatMap(({ lessThan }) => (isCommit(lessThan) ? [lessThan] : [])))],
    fixedIn: [...new Set(versions.flatMap(({ status, version }) => (status === 'unaffected' && isStable(version) ? [version] : [])))],
    claims: affected.flatMap(readClaims),
    cvss: containers.flatMap(cvssOf),
    knownExploited: containers.flatMap(exploitedOf).at(0),
    references: [...new Set(objectsOf(cna.references).flatMap(({ url }) => (isText(url) ? [url] : [])))],
  }
}

const CVSS_FORMS = ['cvssV4_0', 'cvssV3_1', 'cvssV3_0', 'cvssV2_0'] as const

function cvssOf(container: RawContainer): CvssClaim[] {
  return objectsOf(container.metrics).flatMap((metric) =>
    CVSS_FORMS.flatMap((form) => {
      const vector = metric[form]?.vectorString
      return isText(vector) ? [{ vector, source: sourceOf(container) }] : []
    }),
  )
}

/** CISA adds the mark of its list as a metric of its own. */
function exploitedOf(container: RawContainer): KnownExploited[] {
  return objectsOf(container.metrics).flatMap(({ other }) => {
    const since = other?.type === 'kev' ? other.content?.dateAdded : undefined
    return isText(since) && /^\d{4}-\d\d-\d\d/.test(since) ? [{ since: since.slice(0, 10), source: sourceOf(container) }] : []
  })
}

function sourceOf({ providerMetadata, title }: RawContainer): string {
  const named = [providerMetadata?.shortName, title, providerMetadata?.orgId].find(isText)
  return named ?? 'CVE record'
}

function isStable(version: unknown): version is string {
  return isText(version) && /^\d+\.\d+\.\d+$/.test(version)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

interface RawRecord {
  readonly cveMetadata?: { readonly cveId?: unknown; readonly cveID?: unknown; readonly state?: unknown }
  readonly containers?: { readonly cna?: RawContainer; readonly adp?: readonly RawContainer[] }
}

interface RawContainer {
  readonly title?: unknown
  readonly providerMetadata?: { readonly shortName?: unknown; readonly orgId?: unknown }
  readonly affected?: readonly RawAffected[]
  readonly references?: readonly { readonly url?: unknown }[]
  readonly metrics?: readonly ({
    readonly other?: { readonly type?: unknown; readonly content?: { readonly dateAdded?: unknown } }
  } & { readonly [form in (typeof CVSS_FORMS)[number]]?: { readonly vectorString?: unknown } })[]
}

function parse(text: string): RawRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
