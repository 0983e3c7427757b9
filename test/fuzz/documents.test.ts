import { describe, expect, test } from 'vitest'
import { parseCoverage, parsePublisher, planLifecycle } from '../../src/core/advisory/mod.ts'
import { baseScore, isAffected, parseCveRecord, parseKeptRecords, parseKnownExploited } from '../../src/core/cve/mod.ts'
import {
  EMPTY_RECORD,
  JOURNAL_SCHEMA,
  NOTHING_KNOWN,
  ROUND_SCHEMA,
  checkClock,
  coverageOf,
  formatEntry,
  formatFollowing,
  formatRecord,
  parseFollowed,
  parseFollowing,
  parseJournal,
  parseLifecycle,
  parsePolicy,
  parseRecord,
  parseRound,
  pendingFixes,
  planRecovery,
  readHistory,
} from '../../src/core/host/mod.ts'
import { makeStatement, parseProof, parseRecipe, parseStatement, sourcesOf } from '../../src/core/bundle/mod.ts'
import { makeProvenance } from '../../src/core/origin/mod.ts'
import { parseAccount } from '../../src/core/update/mod.ts'
import { VULNERABILITIES_SCHEMA, parseVulnerabilities, worstScore } from '../../src/core/vulnerability/mod.ts'
import { changeId, formatMetadata } from '../../src/core/trust/mod.ts'
import { PENDING_SCHEMA, parsePending } from '../../src/app/repo/parse-pending.ts'
import { parseSettings } from '../../src/app/repo/settings.ts'
import { parseToml } from '../../src/io/toml-file.ts'
import { proofOf, recipeOf } from '../kit/built-folder.ts'
import { makeBundle, sha256 } from '../kit/bundle-specimen.ts'
import { fuzz, fuzzText } from '../kit/fuzz.ts'
import { publication } from '../kit/planned-repository.ts'

const RELEASE = '6.1.0-54-cloud-amd64'
const CVSS = { vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H', score: 5.5, source: 'CISA-ADP' }

const VULNERABILITIES = {
  schema: VULNERABILITIES_SCHEMA,
  release: RELEASE,
  asOfMs: 1_790_000_000_000,
  sources: [{ name: 'CVE records', version: null, sha256: 'ab'.repeat(32) }],
  cves: [
    {
      id: 'CVE-2026-97597',
      title: 'ipv6: flowlabel: cap duplicate leases per socket',
      cvss: [CVSS],
      knownExploited: { since: '2026-11-02', source: 'CISA' },
      fixedIn: '6.1.192-1',
      standing: 'open',
      reason: null,
      patch: { name: 'fix', version: 2 },
      match: 'record',
    },
  ],
}

const CVE_RECORD = {
  cveMetadata: { cveId: 'CVE-2026-1000', state: 'PUBLISHED' },
  containers: {
    cna: {
      title: 'net: check the length',
      providerMetadata: { shortName: 'Linux', orgId: 'x' },
      affected: [
        { programFiles: ['net/a.c'], versions: [{ version: 'abc', lessThan: 'ab'.repeat(20), status: 'affected', versionType: 'git' }] },
        {
          defaultStatus: 'affected',
          versions: [
            { version: '6.1', status: 'affected' },
            { version: '6.1.9', lessThanOrEqual: '6.1.*', status: 'unaffected', versionType: 'semver' },
          ],
        },
      ],
      metrics: [{ cvssV3_1: { vectorString: CVSS.vector } }],
      references: [{ url: 'https://git.kernel.org/stable/c/abc' }],
    },
    adp: [{ title: 'CISA', metrics: [{ other: { type: 'kev', content: { dateAdded: '2026-11-02' } } }] }],
  },
}

function readCve(text: string): void {
  const record = parseCveRecord(text)
  if (record === undefined) return
  for (const { vector } of record.cvss) baseScore(vector)
  isAffected(record.claims, '6.1.7')
  parseKeptRecords(JSON.stringify([record]), 'cve-records.json')
}

const KNOWN_EXPLOITED = { title: 'KEV', catalogVersion: '1', vulnerabilities: [{ cveID: 'CVE-2026-1000', dateAdded: '2026-11-02' }] }
const LIFECYCLE = {
  schema: 'kmend/lifecycle/1',
  kernels: [{ release: RELEASE, packageVersion: null, from: '2026-01-01', until: '2026-12-31' }],
}

const trial = { kind: 'trial', bootId: 'b', uptimeMs: 1, logStart: 2 }
const PATCH = {
  name: 'fix',
  version: 1,
  release: RELEASE,
  buildId: 'ab',
  sha256: 'ab',
  fileSha256: 'ab',
  standing: trial,
  sinceMs: 1,
  package: null,
}
const JOURNAL = {
  schema: JOURNAL_SCHEMA,
  act: 'apply',
  name: 'fix',
  release: RELEASE,
  bootId: 'b',
  startedMs: 1_790_000_000_000,
  logStart: 2,
  replaces: ['older'],
  previous: 'older',
  functions: ['vmlinux:check,1'],
  actor: { uid: 0, user: 'root', by: null, command: ['kmend', 'apply', 'fix'] },
  reason: null,
}
const ENTRY = {
  time: '2026-11-28T12:00:00Z',
  act: 'apply',
  patch: 'fix',
  release: RELEASE,
  actor: { uid: 0, user: 'root', by: null, command: ['kmend'] },
  reason: null,
  outcome: 'done',
  detail: {},
} as const

const { manifest, files } = makeBundle()
const ACCOUNT = { schema: 'kmend/account/1', kernel: '6.1', from: '1', to: '2', totals: {}, cveTotals: {}, files: [], cves: [] }
const SUBJECT = { name: 'fix.ko', digest: { sha256: 'ab'.repeat(32) } }

describe.each<[string, unknown, (text: string) => unknown]>([
  [
    'recipe',
    recipeOf(manifest, files),
    (text) => {
      const recipe = parseRecipe(text, 'f')
      return [sourcesOf(recipe), makeProvenance(manifest, recipe)]
    },
  ],
  ['proof', JSON.parse(proofOf(manifest)), (text) => parseProof(text, 'f')],
  ['account', ACCOUNT, (text) => parseAccount(text, 'f')],
  ['statement', makeStatement(SUBJECT, 'urn:a', { a: 1 }), (text) => parseStatement(text, { file: 'f', predicateType: 'urn:a' })],
  [
    'vulnerabilities',
    VULNERABILITIES,
    (text) => {
      const data = parseVulnerabilities(text, 'f')
      data.cves.map(worstScore)
      pendingFixes(data, { version: 1, offers: [] })
    },
  ],
  ['cve record', CVE_RECORD, readCve],
  ['known-exploited list', KNOWN_EXPLOITED, (text) => parseKnownExploited(text, 'f')],
  ['lifecycle', LIFECYCLE, (text) => coverageOf({ release: RELEASE, packageVersion: '1' }, parseLifecycle(text, 'f'), 1_790_000_000_000)],
  ['host record', { ...EMPTY_RECORD, patches: [PATCH] }, (text) => formatRecord(parseRecord(text, 'f'))],
  [
    'following',
    NOTHING_KNOWN,
    (text) => {
      const following = parseFollowing(text, 'f')
      formatFollowing(following)
      checkClock(following, Date.now())
    },
  ],
  [
    'journal',
    JOURNAL,
    (text) => {
      const journal = parseJournal(text, 'f')
      planRecovery(journal, { bootId: 'boot', livepatch: undefined, modules: new Map() })
      return [journal.replaces.join(), journal.functions?.join(), new Date(journal.startedMs).toISOString(), journal.actor.command.join()]
    },
  ],
  [
    'round of the agent',
    { schema: ROUND_SCHEMA, atMs: 1_790_000_000_000, error: 'Cannot reach it' },
    (text) => {
      const round = parseRound(text)
      return round === undefined ? undefined : [new Date(round.atMs).toISOString(), round.error?.split('\n')]
    },
  ],
  [
    'change that waits',
    { schema: PENDING_SCHEMA, change: publication(), areas: ['catalogue'], isComplete: false },
    (text) => {
      const { change } = parsePending(text, { file: 'f', keptAt: (digest) => digest, sha256 })
      changeId(change, sha256)
      return change.documents.map(({ metadata }) => formatMetadata(metadata))
    },
  ],
])('a damaged %s', (_, specimen, read) => {
  test('ends in a fault, or is read', () => {
    const text = JSON.stringify(specimen)
    expect(() => read(text)).not.toThrow()
    fuzzText(text, read)
  })
})

describe.each<[string, string, (tables: Readonly<Record<string, unknown>>) => unknown]>([
  [
    'policy',
    'hold = ["fix"]\n[transition]\ndeadline = "60s"\nstalled = "wait"\n[updates]\nautomatic = true\nscope = ["cvss>=7"]\nwindows = ["Sat 02:00-05:00"]\ndelay = "3d"\n',
    (tables) => parsePolicy(tables, 'f'),
  ],
  [
    'settings of a repository',
    'store = "public"\nwitnesses = ["a.example/w+00000001+AA=="]\n[expiry]\nroot = "365d"\n',
    (tables) => parseSettings(tables, 'f'),
  ],
  [
    'publisher',
    'name = "Example"\nnamespace = "https://example.org"\nadvisories = "https://example.org/a/"\n',
    (tables) => parsePublisher(tables, 'f'),
  ],
  [
    'policy of coverage',
    'months = 6\n[[lines]]\nline = "6.1"\nend = 2028-06-30\n[[kernels]]\nrelease = "6.1.0-1-amd64"\nfrom = "2026-01-01"\n',
    (tables) => planLifecycle(parseCoverage(tables, 'f')),
  ],
  [
    'name of the followed repository',
    `url = "https://a.example"\nroot = "${'ab'.repeat(32)}"\ntier = "stable"\nwitnesses = ["a.example/w+00000001+AA=="]\ncosignatures = 1\n`,
    (tables) => parseFollowed(tables, 'f'),
  ],
])('a damaged %s', (_, text, read) => {
  test('ends in a fault, or is read', () => {
    const parse = (given: string) => {
      const file = parseToml(given)
      return file.kind === 'read' ? read(file.tables) : undefined
    }
    expect(parse(text)).toBeDefined()
    fuzz(Buffer.from(text), (bytes) => parse(Buffer.from(bytes).toString()))
  })
})

test('a damaged history is read, and says what is wrong with it', () => {
  const first = formatEntry(ENTRY, undefined, sha256)
  const second = formatEntry(ENTRY, JSON.parse(first) as never, sha256)
  expect(readHistory(first + second, sha256).findings).toEqual([])
  fuzz(Buffer.from(first + second), (bytes) => readHistory(Buffer.from(bytes).toString(), sha256))
})
