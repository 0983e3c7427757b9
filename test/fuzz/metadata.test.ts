import { expect, test } from 'vitest'
import {
  type Document,
  type Metadata,
  REQUEST_SCHEMA,
  type SignRequest,
  type Signed,
  changeId,
  checkSignatures,
  delegatedQuorum,
  formatMetadata,
  formatRequest,
  mergeSignatures,
  parseMetadata,
  parseRequest,
  parseRootFacts,
  topQuorum,
} from '../../src/core/trust/mod.ts'
import { sha256 } from '../kit/bundle-specimen.ts'
import { fuzzJson, fuzzText } from '../kit/fuzz.ts'

const [KEY_ID, HEX] = ['ab'.repeat(32), 'cd'.repeat(32)]
const KEYS = { [KEY_ID]: { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: HEX } } }
const ROLE = { keyids: [KEY_ID], threshold: 1 }
const COMMON = { spec_version: '1.0.31', version: 1, expires: '2027-11-20T08:00:00Z' }
const KMEND = { repository: 'kernels/6.1.0-1-cloud-amd64' }
const DELEGATED = { name: 'stable', ...ROLE, terminating: true, paths: ['stable/*'] }
const FORMS = {
  root: {
    consistent_snapshot: true,
    keys: KEYS,
    roles: { root: ROLE, targets: ROLE, snapshot: ROLE, timestamp: ROLE },
    kmend: { schema: 'kmend/root/1', tiers: ['stable'], log: { origin: 'example.org/log', key: 'none' } },
  },
  timestamp: { meta: { 'snapshot.json': { version: 1, length: 10, hashes: { sha256: HEX } } }, kmend: KMEND },
  snapshot: { meta: { 'targets.json': { version: 1 } }, kmend: KMEND },
  targets: {
    targets: { 'stable/fix.kmend': { length: 10, hashes: { sha256: HEX } } },
    delegations: { keys: KEYS, roles: [DELEGATED] },
    kmend: KMEND,
  },
} satisfies Record<Signed['_type'], object>

function metadataOf(type: Signed['_type']): Metadata {
  const signed = { _type: type, ...COMMON, ...FORMS[type] } as unknown as Signed
  return { signatures: [{ keyid: KEY_ID, sig: HEX }], signed }
}

/** Form, then what is asked of each before anything else is believed. Signatures are believed, so that the damage goes deeper. */
function read(text: string, type: Signed['_type']): Signed {
  const metadata = parseMetadata(text, type, 'f')
  const { signed } = metadata
  const given = signed._type === 'targets' ? delegatedQuorum(signed.delegations, 'stable') : undefined
  if (signed._type === 'root') parseRootFacts(signed)
  const quorum = signed._type === 'root' ? topQuorum(signed, 'targets') : given
  if (quorum !== undefined) checkSignatures(metadata, quorum, () => true)
  return signed
}

test.each(Object.keys(FORMS) as Signed['_type'][])('damaged %s metadata ends in a fault, or is read', (type) => {
  const text = formatMetadata(metadataOf(type))
  expect(read(text, type).version).toBe(1)
  fuzzText(text, (damaged) => read(damaged, type))
})

test('a damaged sign request does as well', () => {
  const metadata = metadataOf('targets')
  const document: Document = { repository: KMEND.repository, role: 'targets', metadata, before: metadata }
  const documents = [{ ...document, version: 1, lacks: null }]
  const change = changeId({ documents }, sha256)
  const request: SignRequest = { schema: REQUEST_SCHEMA, repository: KMEND.repository, change, createdMs: 1, documents }
  const pending = { act: 'renew' as const, atMs: 1, reason: null, bundles: [], documents: [document], files: [] }
  const merge = (text: string, digest = sha256) => mergeSignatures(pending, parseRequest(text, { file: 'f', sha256: digest }))
  expect(merge(formatRequest(request)).documents).toHaveLength(1)
  fuzzText(formatRequest(request), (text) => merge(text))
  // Its id is believed to be that of what it says.
  fuzzJson(request, (damaged) => merge(JSON.stringify(damaged), () => change.padEnd(64, '0')))
})
