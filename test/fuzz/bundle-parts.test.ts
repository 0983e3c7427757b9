import { expect, test } from 'vitest'
import { summarise } from '../../src/app/bundle/summary.ts'
import { candidateOf } from '../../src/app/host/read-candidate.ts'
import { describeBundle } from '../../src/app/repo/describe-bundle.ts'
import { formatAdvisory } from '../../src/bin/commands/advisory-text.ts'
import { formatSummary } from '../../src/bin/commands/bundle-text.ts'
import { composeCsaf, composeOsv, issuesOf } from '../../src/core/advisory/mod.ts'
import { findFile, parseAdvisory, readBundle, textOf, writeBundle } from '../../src/core/bundle/mod.ts'
import { compareFiles, makeInventory } from '../../src/core/origin/mod.ts'
import { makeBundle, sha256 } from '../kit/bundle-specimen.ts'
import { fuzzText } from '../kit/fuzz.ts'

/** A publisher who has the keys may be careless or hostile: what is inside of a bundle that is whole is damaged here, and all who read it look at it. */

const { manifest, files } = makeBundle({ cves: ['CVE-2026-12345'] })
const plain = { bold: String, dim: String, good: String, bad: String }
const EDITION = { publishedMs: 0, tooling: { name: 'kmend', version: '0.1.0' } }
const PUBLISHER = { name: 'Example', namespace: 'https://example.org', contact: undefined, advisories: undefined }

/** All that hosts, publishers and people make of one. */
function readAll(bytes: Uint8Array): string {
  const bundle = readBundle(bytes, { file: 'x.kmend', digest: sha256 })
  candidateOf(bundle, sha256)
  describeBundle(bytes, 'x.kmend', { sha256 })
  makeInventory(bundle.manifest)
  compareFiles(bundle.files, files, sha256)
  const { text, cves } = parseAdvisory(textOf(findFile(bundle.files, 'advisory')), 'advisory.json')
  const note = { ...bundle, text, issues: issuesOf(bundle.manifest, [], cves), sha256: sha256(bytes) }
  composeCsaf(note, PUBLISHER, EDITION)
  composeOsv(note, EDITION)
  return [...formatAdvisory(note, plain), ...formatSummary(summarise(bytes, 'x.kmend', sha256), plain)].join('\n')
}

test.each(['manifest', 'advisory'] as const)('a bundle with a damaged %s ends in a fault, or is read by all who read bundles', (role) => {
  const bundleWith = (text: string) => {
    const damaged = files.map((file) => (file.role === role ? { ...file, bytes: Buffer.from(text) } : file))
    return writeBundle({ kind: 'security', title: 'a fix', manifest, files: damaged }, sha256)
  }
  const whole = textOf(findFile(files, role)) ?? ''
  expect(readAll(bundleWith(whole))).toContain('CVE-2026-12345')
  fuzzText(whole, (text) => readAll(bundleWith(text)))
})
