import { expect, test } from 'vitest'
import { type Metadata, describeDifferences } from './mod.ts'

const COMMON = { _type: 'targets', spec_version: '1.0.31', version: 1, expires: '2027-01-01T00:00:00Z' } as const
const KEY = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: 'aa' } } as const

function targets(fields: object): Metadata {
  return { signatures: [], signed: { ...COMMON, targets: {}, kmend: { repository: 'catalogue' }, ...fields } }
}

function delegated(name: string, keyids: readonly string[], threshold: number, more: object = {}): object {
  return { name, keyids, threshold, paths: [`${name}/*`], terminating: true, ...more }
}

test('roles and keys are told as a person would write them down', () => {
  const before = targets({ delegations: { keys: { k1: KEY }, roles: [delegated('stable', ['k1'], 1)] } })
  const after = targets({ delegations: { keys: { k1: KEY, k2: KEY }, roles: [delegated('stable', ['k1', 'k2'], 2)] } })
  expect(describeDifferences(before, after)).toEqual([
    'delegations.keys.k2: "ed25519 aa"',
    'delegations.roles.stable: "1 of k1, for stable/*" → "2 of k1, k2, for stable/*"',
  ])
})

test('a role that has more fields than roles have is told as it is: nothing hides in it', () => {
  const role = delegated('stable', ['k1'], 1)
  const before = targets({ delegations: { keys: {}, roles: [role] } })
  const after = targets({ delegations: { keys: {}, roles: [delegated('stable', ['k1'], 1, { path_hash_prefixes: ['0'] })] } })
  expect(describeDifferences(before, after).join()).toContain('path_hash_prefixes')
})

test('two roles of one name are told as they are: neither hides the other', () => {
  const [before, after] = [[delegated('stable', ['k1'], 1)], [delegated('stable', ['k2'], 1), delegated('stable', ['k1'], 1)]].map(
    (roles) => targets({ delegations: { keys: {}, roles } }),
  )
  expect(describeDifferences(before ?? null, after ?? targets({})).join()).toContain('k2')
})

test('what is new is told field by field with its times, and what is gone in a word', () => {
  const target = { length: 5, hashes: { sha256: 'ab' }, custom: { kmend: { name: 'fix', sinceMs: 0, title: '\u001b[2J' } } }
  expect(describeDifferences(targets({}), targets({ targets: { 'stable/fix.kmend': target } }))).toEqual([
    'targets.stable/fix.kmend.length: 5',
    'targets.stable/fix.kmend.hashes.sha256: "ab"',
    'targets.stable/fix.kmend.custom.kmend.name: "fix"',
    'targets.stable/fix.kmend.custom.kmend.sinceMs: 1970-01-01T00:00:00.000Z',
    'targets.stable/fix.kmend.custom.kmend.title: "\\u001b[2J"',
  ])
  expect(describeDifferences(targets({ targets: { 'stable/fix.kmend': target } }), targets({}))).toEqual(['targets.stable/fix.kmend: gone'])
})
