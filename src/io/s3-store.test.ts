import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { S3_KEY, type TestBucket, makeBucket } from '../../test/kit/bucket.ts'
import { type Handler, folderHandler, serve } from '../../test/kit/static-server.ts'
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
  ['a wrong secret', { env: { AWS_SECRET_ACCESS_KEY: 'other' } }, 'io/permission', /secret of S3RVER/],
  ['a key that nobody knows', { env: { AWS_ACCESS_KEY_ID: 'other' } }, 'io/permission', /does not know the key other/],
  ['a bucket that is not there', { place: 's3://nothing' }, 'io/missing', /no bucket nothing/],
  ['another region', { env: { AWS_REGION: 'eu-west-1' } }, 'repo/settings', /not in the region eu-west-1, but in us-east-1/],
  ['a store that cannot be reached', { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:2' } }, 'fetch/unreachable', /ECONNREFUSED/],
])('%s is said', async (_, change, code, finding) => {
  const fault = { code, message: expect.stringMatching(finding) as string }
  await expect(open(change).put(PATH, bytes('first'))).rejects.toMatchObject(fault)
  await expect(open(change).read(PATH)).rejects.toMatchObject(fault)
})

test('a clock that is an hour behind that of the store is said, with the time there', async () => {
  bucket.aheadMs = 3600_000
  await expect(open().read(PATH)).rejects.toMatchObject({
    code: 'repo/clock',
    message: expect.stringMatching(/does not take the time of this machine; its own is 2\d{3}-/),
    in: expect.stringMatching(/^GET s3:\/\/patches\/some\/where\/kernels\/.* answers 403 RequestTimeTooSkewed: The difference /),
  })
})

test.each([
  ['a key without that right', { status: 403, code: 'AccessDenied' }, 'io/permission', /may not do this here \(403 to PUT\)/],
  ['a session that has ended', { status: 400, code: 'ExpiredToken' }, 'io/permission', /session of the key S3RVER has ended/],
  [
    'a bucket of another region, by its address',
    { status: 301, code: 'PermanentRedirect', fields: { Endpoint: 'patches.s3.eu-west-1.amazonaws.com' } },
    'repo/settings',
    /but in patches\.s3\.eu-west-1\.amazonaws\.com$/,
  ],
  [
    'a bucket of another region, by a header',
    { status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'eu-west-1' } },
    'repo/settings',
    /but in eu-west-1$/,
  ],
  [
    'what nobody has heard of',
    { status: 400, code: 'OddRequest', message: 'a &lt;b&gt;' },
    'fetch/unreachable',
    /answers 400 OddRequest: a <b>$/,
  ],
])('%s is said, with what the store answers', async (_, answer, code, finding) => {
  bucket.fault = () => answer
  const said = expect.stringContaining(`answers ${answer.status} ${answer.code}: `) as string
  await expect(open().put(PATH, bytes('first'))).rejects.toMatchObject({ code, message: expect.stringMatching(finding), in: said })
  await expect(open().read(PATH)).rejects.toMatchObject({ code })
})

test.each([
  ['of the objects, for readers', folderHandler('/nowhere')],
  ['that shows a console whatever is asked', (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
  ['that lets nobody in', (_, response) => void response.writeHead(403, { 'content-type': 'text/html' }).end('<html>')],
  ['that leads to another', (_, response) => void response.writeHead(308, { location: 'https://s3.example.org/' }).end()],
] satisfies [string, Handler][])('a web server %s is no store', async (_, handler) => {
  const server = await serve(handler)
  const store = open({ env: { AWS_ENDPOINT_URL: server.url } })
  const fault = { code: 'repo/settings', message: expect.stringMatching(/no S3 store answers/) as string }
  await expect(store.read(PATH)).rejects.toMatchObject(fault)
  await expect(store.put(PATH, bytes('first'))).rejects.toMatchObject(fault)
  await server.close()
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
