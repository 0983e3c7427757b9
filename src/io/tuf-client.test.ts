import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ServedRepository, serveSmallRepository } from '../../test/kit/served-repository.ts'
import { type SmallRepository, offerOf, publish, putBundle, writeRoot } from '../../test/kit/small-repository.ts'
import { type TufSource, withTuf } from './tuf-client.ts'

/** A host's reading of a kernel's repository, over a plain web server. */

let folder: string
let repo: SmallRepository
let served: ServedRepository
let source: TufSource

beforeEach(async () => {
  served = await serveSmallRepository()
  ;({ folder, repo, source } = served)
})
afterEach(() => served.remove())

const offered = (from: Partial<TufSource> = {}) =>
  withTuf({ ...source, ...from }, async ({ role }) => (await role('stable'))?.targets.map(({ path }) => path))

function offerBundle(): void {
  putBundle(repo, offerOf({ name: 'fix', version: 1, release: served.release, buildId: 'ab' }), Buffer.from('the bundle'))
  publish(repo, ['stable'])
}

test('what is on offer is read, and brought', async () => {
  offerBundle()
  await withTuf(source, async ({ role, download }) => {
    const target = (await role('stable'))?.targets[0]
    expect(target).toMatchObject({ path: 'stable/fix.kmend', sizeBytes: 10, custom: { kmend: { name: 'fix' } } })
    if (target !== undefined) await download(target, `${folder}/fix`)
    expect(readFileSync(`${folder}/fix`, 'utf8')).toBe('the bundle')
  })
})

test('a tier that has had nothing yet offers nothing, and one that nobody delegated is refused', async () => {
  expect(await offered()).toBeUndefined()
  await expect(withTuf(source, ({ role }) => role('canary'))).rejects.toMatchObject({ code: 'trust/delegation' })
})

test('a check that finds nothing new asks for the next root and the timestamp, and moves nothing', async () => {
  offerBundle()
  await offered()
  served.server.log.length = 0
  await withTuf(source, async (read) => {
    expect((await read.role('stable'))?.targets).toHaveLength(1)
    expect([read.requests, read.receivedBytes]).toEqual([2, 0])
  })
  expect(served.server.log).toEqual([
    `GET /${repo.repository}/metadata/2.root.json 404`,
    `GET /${repo.repository}/metadata/timestamp.json 304`,
  ])
})

test('another first root than the pinned one is refused', async () => {
  await expect(offered({ fingerprint: '0'.repeat(64) })).rejects.toMatchObject({
    code: 'trust/root',
    in: expect.stringContaining(`${repo.fingerprint}, not 000`),
  })
})

test('a chain of roots is walked, also past one that has expired, and broken by a root that the one before has not signed', async () => {
  await offered()
  repo.days['root'] = -1
  const before = repo.keys['root']
  repo.keys['root'] = generateKeyPairSync('ed25519').privateKey
  writeRoot(repo, before)
  await expect(offered()).rejects.toMatchObject({ code: 'trust/expired', message: expect.stringContaining('its root was valid until') })
  repo.days['root'] = 1
  writeRoot(repo)
  expect(await offered()).toBeUndefined()
  repo.keys['root'] = generateKeyPairSync('ed25519').privateKey
  writeRoot(repo, repo.keys['root'])
  await expect(offered()).rejects.toMatchObject({ code: 'trust/root', message: expect.stringContaining('root version 4 has 0 of the 1') })
})

test('an older state is refused, also where what was kept of the newer one is damaged', async () => {
  const old = readFileSync(`${repo.folder}/${repo.repository}/metadata/timestamp.json`)
  offerBundle()
  await offered()
  writeFileSync(`${repo.folder}/${repo.repository}/metadata/timestamp.json`, old)
  const refusal = { code: 'trust/rollback', message: expect.stringMatching(/timestamp is version 1, and this host has seen version 2/) }
  await expect(offered()).rejects.toMatchObject(refusal)
  for (const name of ['timestamp.json', 'snapshot.json']) writeFileSync(`${folder}/kept/${repo.repository}/${name}`, '{')
  await expect(offered()).rejects.toMatchObject(refusal)
})

test('what is kept and damaged is fetched anew', async () => {
  offerBundle()
  await offered()
  for (const name of [`${repo.repository}/stable.json`, `${repo.repository}/timestamp.json`, 'root.json'])
    writeFileSync(`${folder}/kept/${name}`, 'damage')
  expect(await offered()).toEqual(['stable/fix.kmend'])
  expect(readdirSync(`${folder}/kept`).toSorted()).toEqual(['kernels', 'lock', 'root.json'])
})

test('a damaged note of what was seen is said, with what to do, and takes nothing for granted', async () => {
  offerBundle()
  await offered()
  const seen = `${folder}/kept/${repo.repository}/seen.json`
  for (const damage of ['', '{}', readFileSync(seen, 'utf8').replace('"timestamp":2', '"timestamp":"2"')]) {
    writeFileSync(seen, damage)
    await expect(offered()).rejects.toMatchObject({ code: 'host/state', in: seen, try: expect.stringContaining('remove the file') })
  }
  rmSync(seen)
  expect(await offered()).toEqual(['stable/fix.kmend'])
})

test('runs that come at one time take turns', async () => {
  offerBundle()
  expect(await Promise.all([offered(), offered(), offered()])).toEqual([0, 1, 2].map(() => ['stable/fix.kmend']))
})

test('an expired timestamp is refused, and says since when', async () => {
  repo.days['timestamp'] = -1
  publish(repo, [])
  await expect(offered()).rejects.toMatchObject({ code: 'trust/expired', message: expect.stringMatching(/timestamp was valid until 20/) })
})

test('only a host that was told so takes the timestamp of a carried copy, from a folder as well', async () => {
  repo.days['timestamp'] = -1
  offerBundle()
  const url = `file://${repo.folder}`
  expect(await offered({ url, isCarried: true })).toEqual(['stable/fix.kmend'])
  const metadata = `${repo.folder}/${repo.repository}/metadata`
  writeFileSync(`${metadata}/timestamp.json`, readFileSync(`${metadata}/carried.json`))
  await expect(offered({ url })).rejects.toMatchObject({ code: 'trust/expired', message: expect.stringContaining('carried copies') })
})

test('a host that is told of the other life of timestamps takes none of the one that it kept, also of the same version', async () => {
  offerBundle()
  const life = (isCarried: boolean) => withTuf({ ...source, isCarried }, ({ validUntilMs }) => Promise.resolve(validUntilMs - Date.now()))
  for (const isCarried of [true, false, true]) expect((await life(isCarried)) > 2 * 86_400_000).toBe(isCarried)
})

test.each([
  ['a digest that leads to another place of this host', { length: 10, hashes: { sha256: `../../${'a'.repeat(58)}` } }, 'no SHA-256'],
  ['a length that would fill its disk', { length: 2 ** 40, hashes: { sha256: 'a'.repeat(64) } }, '1099511627776 bytes'],
])('a target with %s is refused', async (_what, target, message) => {
  repo.targets['stable'] = { 'stable/fix.kmend': target }
  publish(repo, ['stable'])
  await expect(offered()).rejects.toMatchObject({ code: 'trust/metadata', message: expect.stringContaining(message) })
})

test("another kernel's metadata is refused, though the same keys have signed it", async () => {
  const other = { ...repo, repository: 'kernels/other', versions: { ...repo.versions } }
  publish(other, [])
  const [from, to] = [other, repo].map(({ repository }) => `${repo.folder}/${repository}/metadata/timestamp.json`)
  writeFileSync(to ?? '', readFileSync(from ?? ''))
  await expect(offered()).rejects.toMatchObject({ code: 'trust/metadata', message: expect.stringContaining('kernels/other') })
})

test('signatures of nobody who may give them are refused', async () => {
  repo.keys['stable'] = generateKeyPairSync('ed25519').privateKey
  offerBundle()
  await expect(offered()).rejects.toMatchObject({ code: 'trust/signature', message: expect.stringContaining('stable has 0 of the 1') })
})

test('without the repository, what is kept has to do for as long as it is valid', async () => {
  offerBundle()
  await offered()
  await served.server.close()
  await expect(offered()).rejects.toMatchObject({ code: 'fetch/unreachable' })
  expect(await offered({ isOffline: true })).toEqual(['stable/fix.kmend'])
})
