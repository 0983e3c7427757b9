import { ADVISORY_SCHEMA, type Advisory, type AdvisoryCve, type Manifest } from '../bundle/mod.ts'
import { type CveRecord, baseScore } from '../cve/mod.ts'

/** What a bundle says of its live patch. Apart from the reader of it: a host has no need of CVE records and scores. */
export function makeAdvisory(manifest: Manifest, title: string, records: readonly CveRecord[]): Advisory {
  const byId = new Map(records.map((record) => [record.id, record]))
  return {
    schema: ADVISORY_SCHEMA,
    title,
    text: describe(manifest),
    cves: manifest.fixes.cves.map((id) => describeCve(id, byId.get(id))),
  }
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
