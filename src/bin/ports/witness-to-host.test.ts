import { cpSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BUILD_ID, type PublishedHost, makePublishedHost } from '../../../test/kit/published-host.ts'
import { RELEASE } from '../../../test/kit/publisher.ts'
import { folderHandler } from '../../../test/kit/static-server.ts'
import { type TestWitness, makeWitness, nameWitnesses } from '../../../test/kit/witness.ts'
import { applyPatch, enableRepository, runAgent } from '../../app/host/mod.ts'
import { mirrorRepository, publishBundles, publishCosigned, retractBundle } from '../../app/repo/mod.ts'

/** A host that takes nothing which the witnesses that it demands have not seen. */

const HOUR = 3_600_000
let world: PublishedHost
let publisher: PublishedHost['publisher']
let server: PublishedHost['server']
let host: PublishedHost['host']
let witnesses: readonly TestWitness[]
beforeEach(async () => {
  world = await makePublishedHost()
  ;({ publisher, server, host } = world)
  witnesses = [await makeWitness(publisher, 'one'), await makeWitness(publisher, 'two'), await makeWitness(publisher, 'three')]
  nameWitnesses(publisher, witnesses)
  await publish(1)
})
afterEach(() => world.remove())

const publish = (version: number, repo = publisher.repo) =>
  publishBundles(
    repo,
    { bundles: [publisher.bundle({ name: `fix_${version}`, version, buildId: BUILD_ID })], tier: 'stable' },
    publisher.ports,
  )
/** The witnesses of these places look at the log, and the publisher publishes what they have cosigned. */
const cosign = async (...places: number[]) => {
  const some = places.map((at) => witnesses[at] as TestWitness)
  for (const witness of some) await witness.visit(server.url)
  await publishCosigned(
    publisher.repo,
    some.map(({ state }) => state),
    publisher.ports,
  )
}
const enable = (atLeast = 2, change: object = {}) =>
  enableRepository(
    {
      ...{ url: server.url, fingerprint: publisher.fingerprint, tier: 'stable', isCarried: false },
      ...{ witnesses: { keys: witnesses.map(({ key }) => key), atLeast } },
      ...change,
    },
    host.ports,
  )
const round = async () => {
  host.aheadMs += 2 * HOUR
  const { followed } = await runAgent(host.ports)
  return [host.enabled(), followed?.faults.map(({ code }) => code)]
}

test('a live patch goes in once as many witnesses as the host demands have seen that it was published', async () => {
  const { error } = await enable()
  expect(error).toBe('Cannot bring fix_1: 0 of 3 witnesses have seen that it was published, and this host demands 2')
  expect(await round()).toEqual([[], ['trust/witness']])
  await cosign(0)
  expect(await round()).toEqual([[], ['trust/witness']])
  await expect(applyPatch({ patch: 'fix_1', mayReplaceOthers: false, reason: null, package: null }, host.ports)).rejects.toMatchObject({
    code: 'trust/witness',
    message: expect.stringContaining('1 of 3 witnesses'),
  })
  await cosign(2)
  expect(await round()).toEqual([['fix_1'], []])
})

test('what came after they looked waits for them, and what was taken back does not', async () => {
  await cosign(0, 1, 2)
  await enable()
  expect(await round()).toEqual([['fix_1'], []])
  await publish(2)
  expect(await round()).toEqual([['fix_1'], ['trust/witness']])
  await cosign(0, 1)
  expect(await round()).toEqual([['fix_2'], []])
  await retractBundle(
    publisher.repo,
    { name: 'fix_2', tier: undefined, reason: 'it panics', stepBack: true, release: undefined },
    publisher.ports,
  )
  expect(await round()).toEqual([['fix_1'], []])
})

test('witnesses that look at different times count together, and one that has seen something need not show it twice', async () => {
  await cosign(0)
  await publish(2)
  await cosign(1, 2)
  await enable()
  rmSync(`${publisher.repo}/public/log/witnessed.json`)
  expect(await round()).toEqual([['fix_2'], []])
})

test('a second log, made with all keys of the publisher, is shown to no host that demands witnesses', async () => {
  await cosign(0, 1, 2)
  const fork = `${publisher.folder}/fork`
  cpSync(publisher.repo, fork, { recursive: true })
  await publish(2)
  await cosign(0, 1, 2)
  await publish(3, fork)
  const forked = folderHandler(`${fork}/public`)
  world.answer = forked
  await enable()
  expect(await round()).toEqual([[], ['trust/witness']])
  // What the witnesses say of the true log betrays it.
  const told = folderHandler(`${publisher.repo}/public`)
  world.answer = (request, response) => (request.url?.endsWith('/witnessed.json') === true ? told : forked)(request, response)
  expect(await round()).toEqual([[], ['trust/log']])
})

test('a copy that is carried has what the witnesses have said', async () => {
  const stick = `${publisher.folder}/stick`
  const copy = () =>
    mirrorRepository({ address: server.url, fingerprint: publisher.fingerprint, folder: stick, releases: [RELEASE] }, publisher.ports)
  await copy()
  await enable(3, { url: `file://${stick}`, isCarried: true })
  expect(await round()).toEqual([[], ['trust/witness']])
  await cosign(0, 1, 2)
  await copy()
  expect(await round()).toEqual([['fix_1'], []])
})

test('a demand that nobody can meet is refused before anything is written', async () => {
  await expect(enable(4)).rejects.toMatchObject({ code: 'trust/metadata', message: 'Cannot demand 4 cosignatures of 3 witnesses' })
  await expect(enable(1, { witnesses: { keys: ['one'], atLeast: 1 } })).rejects.toMatchObject({ code: 'trust/metadata' })
  expect(await round()).toEqual([[], undefined])
})
