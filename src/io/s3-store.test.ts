import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { S3_KEY, type TestBucket, makeBucket } from '../../test/kit/bucket.ts'
import { makeS3Store } from './s3-store.ts'

/** Against s3rver, a real S3 server on loopback. */

let folder: string
let bucket: TestBucket
beforeEach(async () => {
  folder = mkdtempSync(`${tmpdir()}/kmend-s3-`)
  bucket = await makeBucket(`${folder}/s3`)
})
afterEach(async () => {
  await bucket.close()
  rmSync(folder, { recursive: true })
})

const open = ({ place = 's3://patches/some/where', publisher = 'one', env = {} } = {}) =>
  makeS3Store(place, { publisher: `${folder}/${publisher}`, env: { ...S3_KEY, AWS_ENDPOINT_URL: bucket.endpoint, ...env } })
const bytes = (text: string) => new TextEncoder().encode(text)
const PATH = 'kernels/6.1.0+1~x/targets/a.kmend'

test('what is put is read again, by whoever has no key, too', async () => {
  const store = open()
  expect([await store.read(PATH), await store.size(PATH)]).toEqual([undefined, undefined])
  await store.put(PATH, bytes('first'))
  writeFileSync(`${folder}/file`, 'of a file')
  await store.putFile(PATH, `${folder}/file`)
  await store.put('first', bytes('of a file'))
  await store.share('first', 'other') // s3rver does not decode a + in the name of what is copied
  expect(new TextDecoder().decode(await store.read('other'))).toBe('of a file')
  expect(await store.size('other')).toBe(9)
  const answer = await fetch(`${bucket.url}/some/where/${PATH.replace('+', '%2B')}`)
  expect([await answer.text(), answer.headers.get('cache-control')]).toEqual(['of a file', 'no-cache'])
})

test.each([
  ['a wrong secret', { env: { AWS_SECRET_ACCESS_KEY: 'other' } }, 'io/permission'],
  ['a key that nobody knows', { env: { AWS_ACCESS_KEY_ID: 'other' } }, 'io/permission'],
  ['a bucket that is not there', { place: 's3://nothing' }, 'io/missing'],
  ['a store that cannot be reached', { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } }, 'fetch/unreachable'],
])('%s is said', async (_, change, code) => {
  await expect(open(change).put(PATH, bytes('first'))).rejects.toMatchObject({ code })
  await expect(open(change).read(PATH)).rejects.toMatchObject({ code })
})

test.each([
  ['no key', 's3://patches', { AWS_ACCESS_KEY_ID: undefined }, 'io/permission'],
  ['no bucket', 's3://', {}, 'repo/settings'],
  ['a path that leads elsewhere', 's3://patches/../other', {}, 'repo/settings'],
  ['an address that is none', 's3://patches', { AWS_ENDPOINT_URL: 'nowhere' }, 'repo/settings'],
])('%s is said before anything is asked', (_, place, env, code) => {
  expect(() => makeS3Store(place, { publisher: folder, env: { ...S3_KEY, ...env } })).toThrow(expect.objectContaining({ code }))
})

test('a store that is busy once is asked again; one that stays busy is out of reach', async () => {
  let busy = 1
  bucket.fault = () => (busy-- > 0 ? 'busy' : undefined)
  await open().put(PATH, bytes('first'))
  expect(await open().size(PATH)).toBe(5)
  bucket.fault = () => 'busy'
  await expect(open().put(PATH, bytes('second'))).rejects.toMatchObject({
    code: 'fetch/unreachable',
    message: expect.stringContaining('503 SlowDown'),
  })
}, 20_000)

test.each([
  ['that knows conditional writes', false],
  ['that does not', true],
])('a store %s has one publisher at a time', async (_, isPlain) => {
  await bucket.close()
  bucket = await makeBucket(`${folder}/s3`, { isPlain })
  await open().withLock(async () => {
    await expect(open({ publisher: 'two' }).withLock(() => Promise.resolve())).rejects.toMatchObject({ code: 'repo/locked' })
    await expect(open().withLock(() => Promise.resolve())).rejects.toMatchObject({ code: 'repo/locked' })
  })
  expect(await open({ publisher: 'two' }).withLock(() => Promise.resolve('done'))).toBe('done')
})

test('of two that come in the same instant one has the lock', async () => {
  const held = { count: 0, most: 0 }
  const act = async () => {
    held.most = Math.max(held.most, ++held.count)
    await new Promise((resolve) => setTimeout(resolve, 50))
    held.count--
  }
  const outcomes = await Promise.allSettled(['one', 'two', 'three'].map((publisher) => open({ publisher }).withLock(act)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
  expect(held.most).toBe(1)
})

test('a publisher that was killed takes its own lock again, another does not', async () => {
  await open().withLock(() => {
    bucket.fault = ({ method }) => (method === 'DELETE' ? 'cut' : undefined)
    return Promise.resolve()
  })
  bucket.fault = undefined
  await expect(open({ publisher: 'two' }).withLock(() => Promise.resolve())).rejects.toMatchObject({ code: 'repo/locked' })
  expect(await open().withLock(() => Promise.resolve('done'))).toBe('done')
  expect(readFileSync(`${folder}/one/.lock`, 'utf8')).toMatch(/^\d+\n$/)
})
