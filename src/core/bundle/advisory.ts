import type { CveRecord, CvssClaim, KnownExploited } from '../cve/mod.ts'
import { baseScore } from '../cve/mod.ts'
import { isRecord, parseJson } from './checks.ts'
import { damagedBundle } from './damaged.ts'
import type { Manifest } from './manifest.ts'

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

const ADVISORY_SCHEMA = 'kmend/advisory/1'

export function makeAdvisory(manifest: Manifest, title: string, records: readonly CveRecord[]): Advisory {
  const byId = new Map(records.map((record) => [record.id, record]))
  return {
    schema: ADVISORY_SCHEMA,
    title,
    text: describe(manifest),
    cves: manifest.fixes.cves.map((id) => describeCve(id, byId.get(id))),
  }
}

export function formatAdvisory(advisory: Advisory): string {
  return `${JSON.stringify(advisory, null, 2)}\n`
}

/** Faults: bundle/damaged. */
export function parseAdvisory(text: string | undefined, file: string): Advisory {
  const value = parseJson(text)
  if (isRecord(value) && value['schema'] === ADVISORY_SCHEMA && typeof value['text'] === 'string' && isCves(value['cves']))
    return value as unknown as Advisory
  throw damagedBundle([{ entry: 'advisory.json', text: `it is not of the form ${ADVISORY_SCHEMA}` }], file)
}

function isCves(value: unknown): boolean {
  return Array.isArray(value) && value.every((cve) => isRecord(cve) && typeof cve['id'] === 'string' && Array.isArray(cve['cvss']))
}

function describe({ name, version = 1, kernel, objects, fixes }: Manifest): string {
  const count = objects.reduce((sum, { functions }) => sum + functions.length, 0)
  const what = `Version ${version} of the live patch ${name} for the kernel ${kernel.release}`
  const changed = count === 0 ? 'replaces nothing' : `replaces ${count} ${count === 1 ? 'function' : 'functions'} of it`
  const ids = [...fixes.cves, ...fixes.bugs]
  return [`${what} ${changed} while it runs.`, ...(ids.length === 0 ? [] : [`It fixes ${ids.join(', ')}.`])].join(' ')
}

/** A vector that comes to no score is left out. */
function describeCve(id: string, record: CveRecord | undefined): AdvisoryCve {
  const cvss = (record?.cvss ?? []).flatMap(({ vector, source }) => {
    const score = baseScore(vector)
    return score === undefined ? [] : [{ vector, score, source }]
  })
  const title = record === undefined || record.title === '' ? null : record.title
  return { id, title, cvss, knownExploited: record?.knownExploited ?? null, references: record?.references ?? [] }
}
