import type { CvssClaim, KnownExploited } from '../cve/mod.ts'
import { isRecord, isTexts, parseJson } from './checks.ts'
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
  if (isAdvisory(value)) return value
  throw damagedBundle([{ entry: 'advisory.json', text: `it is not of the form ${ADVISORY_SCHEMA}` }], file)
}

function isAdvisory(value: unknown): value is Advisory {
  if (!isRecord(value) || value['schema'] !== ADVISORY_SCHEMA) return false
  const { title, text, cves } = value
  return typeof title === 'string' && typeof text === 'string' && Array.isArray(cves) && cves.every(isCve)
}

function isCve(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { id, title, cvss, knownExploited, references } = value
  const isClaim = (one: unknown) =>
    isRecord(one) && [one['vector'], one['source']].every((text) => typeof text === 'string') && typeof one['score'] === 'number'
  const isKnown = (mark: unknown) =>
    mark === null || (isRecord(mark) && [mark['since'], mark['source']].every((text) => typeof text === 'string'))
  return (
    typeof id === 'string' &&
    (title === null || typeof title === 'string') &&
    Array.isArray(cvss) &&
    cvss.every(isClaim) &&
    isKnown(knownExploited) &&
    isTexts(references)
  )
}
