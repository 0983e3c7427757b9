import { generateKeyPairSync } from 'node:crypto'
import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ServedRepository, serveSmallRepository } from '../../test/kit/served-repository.ts'
import { type SmallRepository, offerOf, publish, putBundle, putTarget, writeRoot } from '../../test/kit/small-repository.ts'
import { type TufSource, withTuf } from './tuf-client.ts'

/**
 * What whoever holds the server, or too few keys, may try: the attacks of the TUF specification (1.5.2) and those on the log, each with its refusal.
 *
 * In tuf-client.test.ts: rollback, freeze (also by the timestamp for carried copies), an expired root followed through its chain, a root that nobody signed.
 * In fetch.test.ts: endless data, slow retrieval, wrong length and arbitrary package of targets. In app/log/check-log.test.ts: a log that went back, that split,
 * that does not have what was signed. Here: the others.
 */

let folder: string
let repo: SmallRepository
let served: ServedRepository
let source: TufSource
let metadata: string

beforeEach(async () => {
  served = await serveSmallRepository()
  ;({ folder, repo, source } = served)
  metadata = `${repo.folder}/${repo.repository}/metadata`
  putBundle(repo, offerOf({ name: 'fix', version: 1, release: served.release, buildId: 'ab' }), Buffer.from('the bundle'))
  publish(repo, ['stable'])
})
afterEach(() => served.remove())

const offered = () => withTuf(source, async ({ role }) => (await role('stable'))?.targets.map(({ path }) => path))
const refusal = (code: string, message: string) => ({ code, message: expect.stringContaining(message) })
const newKey = () => generateKeyPairSync('ed25519').privateKey

test('rollback of one role: a new snapshot that goes back in it is refused, and one that leaves it out', async () => {
  publish(repo, ['stable'])
  await offered()
  repo.versions['stable'] = 1
  publish(repo, [])
  await expect(offered()).rejects.toMatchObject(refusal('trust/rollback', 'its stable is version 1, and this host has seen version 2'))
  delete repo.versions['stable']
  publish(repo, [])
  await expect(offered()).rejects.toMatchObject(refusal('trust/rollback', 'its new snapshot leaves out stable'))
})

test('mix and match: an old snapshot under the new name, and an old role under the new one, are refused', async () => {
  copyFileSync(`${metadata}/1.snapshot.json`, `${metadata}/2.snapshot.json`)
  await expect(offered()).rejects.toMatchObject(refusal('trust/length', 'snapshot.json has'))
  publish(repo, ['stable'])
  copyFileSync(`${metadata}/1.stable.json`, `${metadata}/2.stable.json`)
  await expect(offered()).rejects.toMatchObject(refusal('trust/digest', 'pieces of different states are mixed'))
})

test('arbitrary package: other bytes under the name of a bundle are refused, and nothing of them stays', async () => {
  const targets = `${repo.folder}/${repo.repository}/targets/stable`
  for (const name of readdirSync(targets)) writeFileSync(`${targets}/${name}`, 'the bungle')
  const brought = withTuf(source, async ({ role, download }) => {
    for (const target of (await role('stable'))?.targets ?? []) await download(target, `${folder}/fix`)
  })
  await expect(brought).rejects.toMatchObject(refusal('trust/digest', 'it is not the file that its metadata names'))
  expect(existsSync(`${folder}/fix`)).toBe(false)
})

test('extraneous dependencies: a role that lists what it has no say over is refused as a whole', async () => {
  repo.targets['stable'] = { ...repo.targets['stable'], 'vulnerabilities/vulnerabilities.json': { length: 1, hashes: { sha256: 'ab' } } }
  publish(repo, ['stable'])
  await expect(offered()).rejects.toMatchObject(refusal('trust/delegation', 'it lists vulnerabilities/vulnerabilities.json'))
})

test('endless data and wrong length: metadata longer than it may be, or than is signed for, is refused', async () => {
  writeFileSync(`${metadata}/2.snapshot.json`, `${readFileSync(`${metadata}/2.snapshot.json`, 'utf8')} `)
  await expect(offered()).rejects.toMatchObject(refusal('fetch/too-much', '2.snapshot.json'))
  writeFileSync(`${metadata}/timestamp.json`, ' '.repeat(17 * 1024))
  await expect(offered()).rejects.toMatchObject(refusal('fetch/too-much', 'timestamp.json'))
})

test('key compromise below the threshold: one of the two keys of a role is not enough', async () => {
  repo.secondKeys['stable'] = newKey()
  publish(repo, ['targets', 'stable'])
  expect(await offered()).toEqual(['stable/fix.kmend'])
  delete repo.secondKeys['stable']
  publish(repo, ['stable'])
  await expect(offered()).rejects.toMatchObject(refusal('trust/signature', 'stable has 1 of the 2 signatures'))
})

test('key compromise below the threshold: the key that is online alone makes no offer', async () => {
  repo.keys['snapshot'] = newKey()
  publish(repo, ['stable'])
  await expect(offered()).rejects.toMatchObject(refusal('trust/signature', 'snapshot has 0 of the 1 signatures'))
})

test('a removed delegation: what the role signed before, or signs after, is refused', async () => {
  await offered()
  repo.delegated = repo.delegated.filter((name) => name !== 'stable')
  publish(repo, ['targets'])
  await expect(offered()).rejects.toMatchObject(refusal('trust/delegation', 'nobody was given the say over it'))
  putTarget(repo, 'stable/other.kmend', { content: Buffer.from('another') })
  publish(repo, ['stable'])
  await expect(offered()).rejects.toMatchObject(refusal('trust/delegation', 'nobody was given the say over it'))
})

test('a skipped root: the next but one under the name of the next is refused', async () => {
  writeRoot(repo)
  writeRoot(repo)
  copyFileSync(`${metadata}/3.root.json`, `${metadata}/2.root.json`)
  await expect(offered()).rejects.toMatchObject(refusal('trust/root', 'root version 2 is version 3 inside'))
})
