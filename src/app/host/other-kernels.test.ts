import { afterEach, beforeEach, expect, test } from 'vitest'
import { BAD, type Follower, HOUR, makeFollower } from '../../../test/kit/follower.ts'
import { type SmallRepository, publish, publishBesides, putBundle, offerOf } from '../../../test/kit/small-repository.ts'
import { type PatchRecord, withPatch } from '../../core/host/mod.ts'
import { restoreAtBoot } from './boot.ts'
import { readRecord, writeRecord } from './host-store.ts'
import { listKept } from './list.ts'

/** What a host hears of live patches that it keeps for kernels that do not run. */

const OTHER = '6.12.0-1-cloud-amd64'
const PATCH: PatchRecord = {
  ...{ name: 'other_1', version: 1, release: OTHER, buildId: 'ab'.repeat(20), sha256: '0'.repeat(64), fileSha256: '0'.repeat(64) },
  ...{ sinceMs: 0, package: null, standing: { kind: 'accepted', restoring: null } },
}

let follower: Follower
let other: SmallRepository
beforeEach(async () => {
  follower = await makeFollower()
  follower.offer(1)
  other = publishBesides(follower.served.repo, `kernels/${OTHER}`)
  offer()
})
afterEach(() => follower.served.remove())

function offer(retracted?: typeof BAD): void {
  const { name, version, release, buildId } = PATCH
  putBundle(other, offerOf({ name, version, release, buildId, ...(retracted === undefined ? {} : { retracted }) }), Buffer.from('a bundle'))
  publish(other, ['stable'])
}

async function keepOther(change: Partial<PatchRecord> = {}): Promise<void> {
  const { ports } = follower.host
  await writeRecord(withPatch(await readRecord(ports), { ...PATCH, ...change }), ports)
}

test('what is taken back for a kernel that does not run is known within a day, and does not come back at its boot', async () => {
  const { host, enable, round } = follower
  host.install(OTHER)
  await enable()
  await round()
  await keepOther()
  await round(24 * HOUR)
  offer(BAD)
  await round(24 * HOUR)
  expect((await listKept(host.ports)).find(({ name }) => name === 'other_1')).toMatchObject({
    retracted: BAD,
    why: expect.stringMatching(/it panics$/),
  })
  host.boot(OTHER)
  expect(await restoreAtBoot(host.ports)).toMatchObject({ events: [{ name: 'other_1', kind: 'taken-back' }], restored: [] })
})

test('that costs two requests, once a day; a check that finds nothing new has two as before', async () => {
  const { host, served, enable, round } = follower
  host.install(OTHER)
  await keepOther()
  const day = 24 * HOUR
  host.aheadMs = day - (Date.now() % day) + HOUR
  await enable()
  await round(2 * HOUR)
  const asked: number[] = []
  for (let hours = 0; hours < 24; hours += 8) {
    served.server.log.length = 0
    await round(8 * HOUR)
    asked.push(served.server.log.length)
  }
  expect(asked).toEqual([2, 2, 4])
})

test.each<[string, boolean, Partial<PatchRecord>]>([
  ['a kernel that is not installed any more', false, {}],
  ['a kernel that the repository does not have', true, { release: '6.13.0-1-cloud-amd64' }],
  ['a module that no repository has', true, { version: 0 }],
])('%s is no matter', async (_, isInstalled, change) => {
  const { host, served, enable } = follower
  await keepOther(change)
  if (isInstalled) host.install(change.release ?? OTHER)
  const { error } = await enable()
  expect([error, served.server.log.some((line) => line.includes(OTHER))]).toEqual([null, false])
})
