import { hasForm, isRecord, isText, isTexts, listOf, orNull, parseJson } from '../base/mod.ts'
import type { CvssClaim, KnownExploited } from '../cve/mod.ts'
import { damagedBundle } from './damaged.ts'

/** What people are told of a live patch, and what documents are made of: docs/formats/advisory.md. */
export interface Advisory {
  readonly schema: typeof ADVISORY_SCHEMA
  readonly title: string
  readonly text: string
  /** In the manifest's order. */
  readonly cves: readonly AdvisoryCve[]
}

export interface AdvisoryCve {
  readonly id: string
  /** Null where no record was given for it. */
  readonly title: string | null
  readonly cvss: readonly (CvssClaim & { readonly score: number })[]
  readonly knownExploited: KnownExploited | null
  readonly references: readonly string[]
}

export const ADVISORY_SCHEMA = 'kmend/advisory/1'

interface Named {
  readonly kernel: { readonly release: string }
  readonly version?: number
}

/** Names what is said of one version of one kernel's live patches, in every document: `kmend-6.1.0-54-cloud-amd64-2`. */
export function advisoryId({ kernel, version = 1 }: Named): string {
  return `kmend-${kernel.release}-${version}`
}

export function formatAdvisory(advisory: Advisory): string {
  return `${JSON.stringify(advisory, null, 2)}\n`
}

/** Faults: bundle/damaged. */
export function parseAdvisory(text: string | undefined, file: string): Advisory {
  const value = parseJson(text)
  if (isRecord(value) && value['schema'] === ADVISORY_SCHEMA && hasAdvisoryForm(value)) return value as unknown as Advisory
  throw damagedBundle([{ entry: 'advisory.json', text: `it is not of the form ${ADVISORY_SCHEMA}` }], file)
}

const isCve = hasForm({
  id: isText,
  title: orNull(isText),
  cvss: listOf(hasForm({ vector: isText, score: isScore, source: isText })),
  knownExploited: orNull(hasForm({ since: isText, source: isText })),
  references: isTexts,
})
const hasAdvisoryForm = hasForm({ title: isText, text: isText, cves: listOf(isCve) })

function isScore(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 10
}
