import { advisoryId } from '../bundle/mod.ts'
import { packageUrl } from '../host/mod.ts'
import type { CvssScore } from '../vulnerability/mod.ts'
import { type Edition, type Issue, type Publisher, type ReleaseNote, rebootInto, timeOf } from './release-note.ts'

/** A security advisory in the Common Security Advisory Framework 2.0, https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html (section 4.4). */
export type CsafDocument = Readonly<Record<'document' | 'product_tree' | 'vulnerabilities', unknown>>

const KERNEL = 'KERNEL'
const PATCH = 'PATCH'
/** The kernel with the live patch in force. */
const PATCHED = 'KERNEL-WITH-PATCH'

/** Undefined when the live patch fixes no CVE: the profile asks for one at least. */
export function composeCsaf(note: ReleaseNote, publisher: Publisher, edition: Edition): CsafDocument | undefined {
  if (note.issues.length === 0) return undefined
  return {
    document: describeDocument(note, publisher, edition),
    product_tree: productTree(note, publisher),
    vulnerabilities: note.issues.map((issue) => vulnerability(issue, note)),
  }
}

function describeDocument(note: ReleaseNote, { name, namespace, contact, advisories }: Publisher, edition: Edition) {
  const { release, packageVersion } = note.manifest.kernel
  const id = advisoryId(note.manifest)
  const time = timeOf(edition)
  const scope = `It is for the kernel ${release} of the package version ${packageVersion} alone (build-id ${note.manifest.kernel.buildId}).`
  return {
    category: 'csaf_security_advisory',
    csaf_version: '2.0',
    title: `${note.title} (live patch for ${release})`,
    lang: 'en',
    distribution: { tlp: { label: 'WHITE' } },
    publisher: { category: 'vendor', name, namespace, ...(contact === undefined ? {} : { contact_details: contact }) },
    notes: [{ category: 'summary', text: [note.text, scope].filter((text) => text !== '').join('\n\n') }],
    ...(advisories === undefined
      ? {}
      : { references: [{ category: 'self', summary: 'this advisory', url: `${advisories}${fileNameOf(id)}` }] }),
    tracking: {
      id,
      status: 'final',
      version: '1',
      initial_release_date: time,
      current_release_date: time,
      revision_history: [{ number: '1', date: time, summary: 'first edition' }],
      generator: { date: time, engine: edition.tooling },
    },
  }
}

/** Section 5.1: small letters, and _ for what is no letter, digit, + or -. */
export function fileNameOf(id: string): string {
  return `${id.toLowerCase().replaceAll(/[^+\-a-z0-9]+/g, '_')}.json`
}

function productTree({ manifest, sha256 }: ReleaseNote, publisher: Publisher) {
  const { name, version = 1, kernel } = manifest
  const image = `linux-image-${kernel.release}`
  const purl = packageUrl({ vendor: 'debian', name: image, version: kernel.packageVersion, arch: kernel.arch })
  const branch = (category: string, label: string, rest: object) => ({ category, name: label, ...rest })
  const hashes = [{ filename: `${name}.kmend`, file_hashes: [{ algorithm: 'sha256', value: sha256 }] }]
  const products = [
    {
      vendor: 'Debian',
      name: image,
      version: kernel.packageVersion,
      product: { product_id: KERNEL, name: `${image} ${kernel.packageVersion}`, product_identification_helper: { purl } },
    },
    {
      vendor: publisher.name,
      name,
      version: String(version),
      product: { product_id: PATCH, name: `live patch ${name} version ${version}`, product_identification_helper: { hashes } },
    },
  ]
  return {
    branches: products.map(({ vendor, name: label, version: number, product }) =>
      branch('vendor', vendor, {
        branches: [branch('product_name', label, { branches: [branch('product_version', number, { product })] })],
      }),
    ),
    relationships: [
      {
        category: 'installed_on',
        product_reference: PATCH,
        relates_to_product_reference: KERNEL,
        full_product_name: {
          product_id: PATCHED,
          name: `${image} ${kernel.packageVersion} with the live patch ${name} version ${version} in force`,
          product_identification_helper: { hashes },
        },
      },
    ],
  }
}

function vulnerability(issue: Issue, { manifest }: ReleaseNote) {
  const { name, version = 1 } = manifest
  const reboot = rebootInto(manifest)
  const score = bestOf(issue.cvss)
  const scored = issue.cvss.map(({ vector, score: value, source }) => `${value} by ${source} (${vector})`)
  return {
    cve: issue.id,
    ...(issue.title === '' ? {} : { title: issue.title }),
    notes: [
      { category: 'description', text: issue.title === '' ? issue.id : issue.title },
      ...(scored.length === 0 ? [] : [{ category: 'details', title: 'CVSS base scores and their sources', text: scored.join('\n') }]),
    ],
    product_status: { known_affected: [KERNEL], fixed: [PATCHED] },
    remediations: [
      {
        category: 'vendor_fix',
        details: `Apply the live patch ${name} version ${version} (or a later one) with kmend: no reboot is needed.`,
        product_ids: [KERNEL],
        restart_required: { category: 'none' },
      },
      ...(reboot === undefined
        ? []
        : [
            {
              category: 'vendor_fix',
              details: `Install the kernel package of version ${reboot}, or a later one, and reboot into it.`,
              product_ids: [KERNEL],
              restart_required: { category: 'system' },
            },
          ]),
    ],
    ...(score === undefined ? {} : { scores: [{ products: [KERNEL], ...score }] }),
    ...(issue.knownExploited === null ? {} : { threats: [exploitStatus(issue.knownExploited)] }),
    ...(issue.references.length === 0 ? {} : { references: issue.references.map((url) => ({ category: 'external', summary: url, url })) }),
  }
}

function exploitStatus({ since, source }: NonNullable<Issue['knownExploited']>) {
  return { category: 'exploit_status', details: `known to be exploited, by ${source}`, date: `${since}T00:00:00Z`, product_ids: [KERNEL] }
}

/** The framework has one score of a version for each product, and knows CVSS up to 3.1: the worst of those. */
function bestOf(scores: readonly CvssScore[]) {
  const third = scores.filter(({ vector }) => vector.startsWith('CVSS:3.')).toSorted((a, b) => b.score - a.score)[0]
  if (third === undefined) return undefined
  const baseSeverity = severityOf(third.score)
  return {
    cvss_v3: { version: third.vector.slice(5, 8), vectorString: third.vector, baseScore: third.score, baseSeverity },
  }
}

/** CVSS 3.1, section 5. */
function severityOf(score: number): string {
  if (score === 0) return 'NONE'
  if (score < 4) return 'LOW'
  if (score < 7) return 'MEDIUM'
  return score < 9 ? 'HIGH' : 'CRITICAL'
}
