import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestPublisher, RELEASE, killedAt, makePublisher, seenBy } from '../../../test/kit/publisher.ts'
import { type TestServer, folderHandler, serve } from '../../../test/kit/static-server.ts'
import type { LogEntry } from '../../core/log/mod.ts'
import {
  changeKeys,
  discardPending,
  finishRequest,
  mirrorRepository,
  newKey,
  promoteBundle,
  publishBundles,
  refreshRepository,
  repoStatus,
  retractBundle,
  rotateKey,
  signRequest,
  verifyRepository,
} from '../../app/repo/mod.ts'

/** What a publisher does, and what tuf-js makes of it over a plain web server. */

let publisher: TestPublisher
let server: TestServer
beforeEach(async () => {
  publisher = await makePublisher()
  server = await serve(folderHandler(`${publisher.repo}/public`))
})
afterEach(async () => {
  await server.close()
  publisher.remove()
})

const host = (name = 'host') => ({ url: server.url, fingerprint: publisher.fingerprint, folder: `${publisher.folder}/${name}` })
const publish = (name: string, version: number, tier?: string, ports = publisher.ports) =>
  publishBundles(publisher.repo, { bundles: [publisher.bundle({ name, version })], tier }, ports)
const promote = (name: string, ports = publisher.ports) =>
  promoteBundle(publisher.repo, { name, tier: 'stable', release: undefined }, ports)
const retract = (name: string) =>
  retractBundle(publisher.repo, { name, tier: undefined, reason: 'it panics', stepBack: true, release: undefined }, publisher.ports)

test('a host sees what was published, promoted and retracted, tier by tier', async () => {
  await publish('fix_1', 1)
  expect([await seenBy(host(), 'canary'), await seenBy(host(), 'stable')]).toEqual([['fix_1'], undefined])
  await promote('fix_1')
  await publish('fix_2', 2)
  expect([await seenBy(host(), 'canary'), await seenBy(host(), 'stable')]).toEqual([['fix_1', 'fix_2'], ['fix_1']])
  await promote('fix_2')
  await retract('fix_2')
  expect(await seenBy(host(), 'stable')).toEqual(['fix_1', 'fix_2 retracted: it panics'])
  expect((await repoStatus(publisher.repo, publisher.ports)).kernels).toMatchObject([{ release: RELEASE }])
})

test.each(['root', 'targets', 'snapshot', 'timestamp', 'kernels', 'stable'])(
  'the key of %s is rotated, and a host that follows goes along',
  async (role) => {
    await publish('fix_1', 1, 'stable')
    await seenBy(host(), 'stable')
    expect(await rotateKey(publisher.repo, { role }, publisher.ports)).toMatchObject({ kind: 'published' })
    expect([await seenBy(host(), 'stable'), await seenBy(host('new'), 'stable')]).toEqual([['fix_1'], ['fix_1']])
    await publish('fix_2', 2, 'stable')
    expect(await seenBy(host(), 'stable')).toEqual(['fix_1', 'fix_2'])
  },
)

test('a tier with two people waits for the second, whose signature comes back in a file', async () => {
  await publish('fix_1', 1)
  const second = `${publisher.folder}/second.pem`
  await newKey(second, publisher.ports)
  await changeKeys(publisher.repo, { role: 'stable', add: `${publisher.folder}/second.pub`, threshold: 2 }, publisher.ports)
  const waiting = await promote('fix_1')
  if (waiting.kind !== 'waiting') throw new Error(waiting.kind)
  expect(waiting.lacks).toMatchObject([{ role: 'stable', count: 1 }])
  await expect(publish('fix_2', 2)).rejects.toMatchObject({ code: 'repo/pending' })
  expect(await finishRequest(publisher.repo, { file: waiting.request }, publisher.ports)).toMatchObject({ kind: 'waiting' })
  expect(await seenBy(host(), 'stable')).toBeUndefined()
  expect(await signRequest({ file: waiting.request, keyFile: second }, publisher.ports)).toMatchObject({ signed: 1 })
  expect(await finishRequest(publisher.repo, { file: waiting.request }, publisher.ports)).toMatchObject({ kind: 'published' })
  expect(await seenBy(host(), 'stable')).toEqual(['fix_1'])
})

test('who signs sees all that the key has not signed before, whatever the request says was there', async () => {
  await publish('fix_1', 1)
  await changeKeys(publisher.repo, { role: 'stable', add: `${publisher.repo}/keys/canary.pub`, threshold: 2 }, publisher.ports)
  await publisher.ports.files.remove(`${publisher.repo}/keys/canary.pem`)
  const waiting = await promote('fix_1')
  if (waiting.kind !== 'waiting') throw new Error(waiting.kind)
  const request = JSON.parse(readFileSync(waiting.request, 'utf8')) as { documents: { metadata: unknown; before: unknown }[] }
  for (const document of request.documents) document.before = document.metadata
  writeFileSync(waiting.request, JSON.stringify(request))
  const keyFile = `${publisher.folder}/other.pem`
  await newKey(keyFile, publisher.ports)
  writeFileSync(waiting.request, JSON.stringify(askedOf((await publisher.ports.keys.read(keyFile)).id)))
  const shown: string[] = []
  const approve = (lines: readonly string[]) => Promise.resolve(shown.push(...lines) < 0)
  await signRequest({ file: waiting.request, keyFile }, { ...publisher.ports, approve })
  expect(shown.join('\n')).toContain('fix_1.kmend')

  function askedOf(id: string): object {
    return { ...request, documents: request.documents.map((document) => ({ ...document, lacks: { count: 1, keyIds: [id] } })) }
  }
})

test('a key that has no part in a request cannot sign it, and a change that is dropped leaves nothing', async () => {
  await publish('fix_1', 1)
  const other = `${publisher.folder}/other.pem`
  await newKey(other, publisher.ports)
  await changeKeys(publisher.repo, { role: 'stable', add: `${publisher.repo}/keys/canary.pub`, threshold: 2 }, publisher.ports)
  await publisher.ports.files.remove(`${publisher.repo}/keys/stable.pem`)
  const waiting = await promote('fix_1')
  if (waiting.kind !== 'waiting') throw new Error(waiting.kind)
  await expect(signRequest({ file: waiting.request, keyFile: other }, publisher.ports)).rejects.toMatchObject({ code: 'key/unusable' })
  await discardPending(publisher.repo, publisher.ports)
  await expect(publish('fix_2', 2)).resolves.toMatchObject({ kind: 'published' })
})

test.each([
  ['a name that is taken', () => publish('fix_1', 2), 'repo/order'],
  ['a version that does not grow', () => publish('fix_2', 1), 'repo/order'],
  ['a tier that nobody knows', () => publish('fix_2', 2, 'beta'), 'repo/unknown'],
  ['a bundle that nobody knows', () => promote('fix_9'), 'repo/unknown'],
  ['a retracted one', () => retract('fix_1').then(() => promote('fix_1')), 'repo/order'],
])('%s is refused, and nothing is changed', async (_, act, code) => {
  await publish('fix_1', 1)
  await expect(act()).rejects.toMatchObject({ code })
  expect(await seenBy(host(), 'stable')).toBeUndefined()
})

test.each([
  ['that a person does not agree to', 'stable', { approve: () => Promise.resolve(false) }],
  ['of a role that nobody knows', 'beta', {}],
])('the rotation of a key %s leaves no key', async (_, role, other) => {
  const before = readdirSync(`${publisher.repo}/keys`)
  await rotateKey(publisher.repo, { role }, { ...publisher.ports, ...other }).catch(() => {})
  expect(readdirSync(`${publisher.repo}/keys`)).toEqual(before)
})

test('what a person does not agree to is not signed', async () => {
  expect(await publish('fix_1', 1, 'stable', { ...publisher.ports, approve: () => Promise.resolve(false) })).toEqual({ kind: 'declined' })
  expect((await repoStatus(publisher.repo, publisher.ports)).kernels).toEqual([])
})

test(
  'a publisher that is killed at any write leaves the old state or the new one, and the next one goes through with it',
  { timeout: 120_000 },
  async () => {
    await publish('fix_1', 1, 'stable')
    await seenBy(host(), 'stable')
    const states: (string[] | undefined)[] = []
    for (let version = 2, isDone = false; !isDone; version++) {
      const { ports, wasKilled } = killedAt(version - 2, publisher.ports)
      await publish(`fix_${version}`, version, 'canary', ports).catch(() => {})
      const seen = await seenBy(host(), 'canary')
      expect([version - 1, version]).toContain(seen?.length)
      states.push(seen)
      await refreshRepository(publisher.repo, publisher.ports)
      expect(await seenBy(host(), 'canary')).toHaveLength(version)
      isDone = !wasKilled()
    }
    expect(states.length).toBeGreaterThan(10)
  },
)

test.each([
  ['to the same tier is done with what the first run began', 'canary', { kind: 'published', act: 'publish' }],
  ['to a later tier is told what is there by now', 'stable', { code: 'repo/order' }],
])('a publication that was cut off and is asked for again %s', async (_, tier, outcome) => {
  const { ports, wasKilled } = killedAt(12, publisher.ports)
  await expect(publish('fix_1', 1, 'canary', ports)).rejects.toThrow('killed')
  expect(wasKilled()).toBe(true)
  expect(await publish('fix_1', 1, tier).catch((fault: unknown) => fault)).toMatchObject(outcome)
  expect(await seenBy(host(), 'canary')).toHaveLength(1)
})

const verify = () => verifyRepository({ address: server.url, fingerprint: publisher.fingerprint }, publisher.ports)

test('a repository is verified whole: every file that a reader may ask for, and its entry in the log', async () => {
  await publish('fix_1', 1, 'stable')
  await rotateKey(publisher.repo, { role: 'root' }, publisher.ports)
  expect(await verify()).toMatchObject({ kernels: [RELEASE], targets: 3, findings: [], expired: [] })
  const [damaged = ''] = publishedBundles()
  rmSync(`${publisher.repo}/public/${damaged}`)
  writeFileSync(`${publisher.repo}/public/${damaged}`, 'damage')
  rmSync(`${publisher.repo}/public/log/leaf`, { recursive: true })
  const { findings } = await verify()
  expect(findings).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`${damaged} has 6 bytes`),
      expect.stringMatching(/root.json: Cannot take root version 1 of .*: the log is to have it/),
    ]),
  )
})

test('the log says of each file which bundles of the act it lists, and none of another kernel', async () => {
  const bundles = ['6.1.0-1-a', '6.1.0-2-a'].map((release, at) => publisher.bundle({ name: `fix_${at}`, release }))
  await publishBundles(publisher.repo, { bundles, tier: undefined }, publisher.ports)
  const leaves = `${publisher.repo}/public/log/leaf`
  const entries = readdirSync(leaves).map((name) => JSON.parse(readFileSync(`${leaves}/${name}`, 'utf8').split('\n')[1] ?? '') as LogEntry)
  const named = entries.flatMap(({ act, repository, role, bundles: listed }) =>
    act === 'publish' && listed.length > 0 ? [`${repository} ${role}: ${listed.map(({ name }) => name).join()}`] : [],
  )
  expect(named.toSorted()).toEqual(['kernels/6.1.0-1-a canary: fix_0', 'kernels/6.1.0-2-a canary: fix_1'])
})

test('a copy is a repository of its own, as old as the day it was made, and is brought up to date', async () => {
  await publish('fix_1', 1, 'stable')
  const copy = `${publisher.folder}/stick`
  const request = { address: server.url, fingerprint: publisher.fingerprint, folder: copy }
  await mirrorRepository({ ...request, releases: [RELEASE] }, publisher.ports)
  await publish('fix_2', 2, 'stable')
  expect(await seenBy({ ...host('apart'), url: `file://${copy}` }, 'stable')).toEqual(['fix_1'])
  await mirrorRepository({ ...request, releases: undefined }, publisher.ports)
  expect(await seenBy({ ...host('apart'), url: `file://${copy}` }, 'stable')).toEqual(['fix_1', 'fix_2'])
  expect(await verifyRepository({ ...request, address: `file://${copy}` }, publisher.ports)).toMatchObject({ findings: [], expired: [] })
  await expect(mirrorRepository({ ...request, releases: ['6.1.0-9'] }, publisher.ports)).rejects.toMatchObject({ code: 'repo/unknown' })
})

/** Paths of the bundles that are published. */
function publishedBundles(): string[] {
  const targets = `kernels/${RELEASE}/targets`
  const names = readdirSync(`${publisher.repo}/public/${targets}`, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.kmend')).map((name) => `${targets}/${name}`)
}
