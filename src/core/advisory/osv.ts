import { advisoryId, formatPackageName } from '../bundle/mod.ts'
import { type Edition, type ReleaseNote, timeOf } from './release-note.ts'

/** A record of the Open Source Vulnerability format, https://ossf.github.io/osv-schema/ (1.7). */
export interface OsvRecord {
  readonly schema_version: '1.7.0'
  readonly id: string
  readonly modified: string
  readonly published: string
  readonly upstream: readonly string[]
  readonly summary: string
  readonly details: string
  readonly severity?: readonly { readonly type: string; readonly score: string }[]
  readonly affected: readonly object[]
  readonly references?: readonly { readonly type: string; readonly url: string }[]
  readonly database_specific: object
}

/** As the notices of distributions: one record for all that a version fixes. Undefined when it fixes no CVE. */
export function composeOsv(note: ReleaseNote, edition: Edition): OsvRecord | undefined {
  const { manifest, issues } = note
  if (issues.length === 0) return undefined
  const { kernel, version = 1 } = manifest
  const time = timeOf(edition)
  const severity = worstOfEachType(note)
  const references = [...new Set(issues.flatMap((issue) => issue.references))].map((url) => ({ type: 'WEB', url }))
  const listed = issues.map(({ id, title }) => (title === '' ? id : `${id}: ${title}`))
  return {
    schema_version: '1.7.0',
    // What begins with x_ is in no public database.
    id: `x_${advisoryId(manifest)}`,
    modified: time,
    published: time,
    upstream: issues.map(({ id }) => id),
    summary: note.title,
    details: [note.text, ...listed].filter((text) => text !== '').join('\n\n'),
    ...(severity.length === 0 ? {} : { severity }),
    // The kernel's own package keeps its version: what a scanner can see is the package of the live patch.
    affected: [
      {
        package: { ecosystem: 'Debian', name: formatPackageName(kernel.release, 'deb') },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: String(version) }] }],
      },
    ],
    ...(references.length === 0 ? {} : { references }),
    database_specific: {
      kernel: { release: kernel.release, packageVersion: kernel.packageVersion, buildId: kernel.buildId },
      livePatch: { name: manifest.name, version, sha256: manifest.module.sha256 },
    },
  }
}

const TYPES = [
  ['CVSS_V4', /^CVSS:4\./],
  ['CVSS_V3', /^CVSS:3\./],
  ['CVSS_V2', /^AV:/],
] as const

function worstOfEachType({ issues }: ReleaseNote): { type: string; score: string }[] {
  const scores = issues.flatMap(({ cvss }) => cvss).toSorted((a, b) => b.score - a.score)
  return TYPES.flatMap(([type, form]) => {
    const worst = scores.find(({ vector }) => form.test(vector))
    return worst === undefined ? [] : [{ type, score: worst.vector }]
  })
}
