import { afterEach, beforeEach, expect, test } from 'vitest'
import { S3_KEY, type TestBucket, makeBucket } from '../../../test/kit/bucket.ts'
import { type TestPublisher, makePublisher, seenBy } from '../../../test/kit/publisher.ts'
import {
  type RepoPorts,
  mirrorRepository,
  promoteBundle,
  publishBundles,
  refreshRepository,
  rotateKey,
  verifyRepository,
} from '../../app/repo/mod.ts'
import { makeS3Store } from '../../io/s3-store.ts'

/** A publisher whose store is a bucket, and a host that reads it over plain HTTP. */

const PLACE = 's3://patches/kmend'
let publisher: TestPublisher
let bucket: TestBucket
beforeEach(async () => {
  publisher = await makePublisher({
    store: PLACE,
    ports: async (ports, folder) => {
      bucket = await makeBucket(`${folder}/s3`)
      return { ...ports, openStore: openBucket }
    },
  })
})
afterEach(async () => {
  await bucket.close()
  publisher.remove()
})

const openBucket: RepoPorts['openStore'] = (place, folder) =>
  makeS3Store(place, { publisher: folder, env: { ...S3_KEY, AWS_ENDPOINT_URL: bucket.endpoint } })
const address = () => `${bucket.url}/kmend`
const host = () => ({ url: address(), fingerprint: publisher.fingerprint, folder: `${publisher.folder}/host` })
const publish = (name: string, version: number, tier?: string) =>
  publishBundles(publisher.repo, { bundles: [publisher.bundle({ name, version })], tier }, publisher.ports)

test('what is published and promoted in a bucket a host sees, and it is whole', async () => {
  await publish('fix_1', 1)
  expect([await seenBy(host(), 'canary'), await seenBy(host(), 'stable')]).toEqual([['fix_1'], undefined])
  await promoteBundle(publisher.repo, { name: 'fix_1', tier: 'stable', release: undefined }, publisher.ports)
  await rotateKey(publisher.repo, { role: 'timestamp' }, publisher.ports)
  expect(await seenBy(host(), 'stable')).toEqual(['fix_1'])
  const request = { address: address(), fingerprint: publisher.fingerprint }
  expect(await verifyRepository(request, publisher.ports)).toMatchObject({ targets: 3, findings: [], expired: [] })
  const copy = { ...request, folder: `${publisher.folder}/copy`, releases: undefined }
  const ports = { ...publisher.ports, openStore: publisher.machine.openStore }
  expect(await mirrorRepository(copy, ports)).toMatchObject({ targets: 3 })
})

test(
  'a store that goes away at any write leaves the old state or the new one, and the next act goes through with it',
  { timeout: 300_000 },
  async () => {
    await publish('fix_1', 1)
    const states = new Set<string>()
    for (let version = 2, isDone = false; !isDone; version++) {
      let writes = (version - 2) * 3
      bucket.fault = ({ method }) => (method === 'PUT' && writes-- <= 0 ? 'cut' : undefined)
      const said = await publish(`fix_${version}`, version).then(
        ({ kind }) => kind,
        ({ code }: { code: string }) => code,
      )
      isDone = writes >= 0
      expect(said).toBe(isDone ? 'published' : 'fetch/unreachable')
      bucket.fault = undefined
      const seen = (await seenBy(host(), 'canary'))?.length ?? 0
      await refreshRepository(publisher.repo, publisher.ports)
      // What was cut off before it was kept was never begun.
      const after = (await seenBy(host(), 'canary'))?.length ?? 0
      expect([version - 1, version]).toContain(seen)
      expect([seen, version]).toContain(after)
      states.add(`${seen - version} ${after - version}`)
      if (after < version) await publish(`fix_${version}`, version)
    }
    expect([...states].toSorted()).toEqual(['-1 -1', '-1 0', '0 0'])
  },
)
