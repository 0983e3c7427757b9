import type { AdvisoryCve, BundleKind, Manifest } from '../bundle/mod.ts'
import type { CvssScore, Vulnerability } from '../vulnerability/mod.ts'

/** All that an advisory of one live patch is made from, in whatever form. */
export interface ReleaseNote {
  readonly manifest: Manifest
  readonly kind: BundleKind
  readonly title: string
  /** For people: what it does and whom it concerns. Empty when nobody wrote any. */
  readonly text: string
  /** Every CVE that it fixes. */
  readonly issues: readonly Issue[]
  /** Digest of the bundle. */
  readonly sha256: string
}

export interface Issue {
  readonly id: string
  readonly title: string
  readonly cvss: readonly CvssScore[]
  readonly knownExploited: { readonly since: string; readonly source: string } | null
  readonly references: readonly string[]
}

/** Who publishes, and where what they publish is found. */
export interface Publisher {
  readonly name: string
  /** An address that is theirs alone. */
  readonly namespace: string
  readonly contact: string | undefined
  /** Below which their advisories are found; ends with a slash. */
  readonly advisories: string | undefined
}

/** When, and by what, a document is made. */
export interface Edition {
  readonly publishedMs: number
  readonly tooling: { readonly name: string; readonly version: string }
}

export function timeOf({ publishedMs }: Edition): string {
  return new Date(publishedMs).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** What hosts that can reboot may do instead: the distribution's package that has all of it; undefined when that is not known. */
export function rebootInto({ update }: Manifest): string | undefined {
  return update?.to ?? undefined
}

/** Every CVE that a live patch fixes, with what is known of it: by data of vulnerabilities, or else by the advisory in its bundle. */
export function issuesOf({ fixes }: Manifest, known: readonly Vulnerability[], told: readonly AdvisoryCve[] = []): Issue[] {
  return fixes.cves.map((id) => {
    const one = told.find((cve) => cve.id === id)
    const { title, cvss, knownExploited } = known.find((vulnerability) => vulnerability.id === id) ?? one ?? UNKNOWN
    const references = [`https://www.cve.org/CVERecord?id=${id}`, ...(one?.references ?? [])]
    return { id, title: title ?? '', cvss, knownExploited, references: [...new Set(references)] }
  })
}

const UNKNOWN = { title: null, cvss: [], knownExploited: null }
