import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Handler, type TestServer, folderHandler, serve } from '../../test/kit/static-server.ts'
import { hang } from '../../test/kit/hung-file.ts'
import { fetchBytes, fetchFile } from './fetch.ts'
import { BUNDLE_PACE } from './fetch-limits.ts'
import { openUrl, parseAddress } from './open-url.ts'

/** What a server may not do to a host that fetches from it. */

let folder: string
let server: TestServer | undefined

beforeEach(() => (folder = mkdtempSync(`${tmpdir()}/kmend-fetch-`)))
afterEach(async () => {
  await server?.close()
  server = undefined
  rmSync(folder, { recursive: true })
})

async function fetchFrom(handler: Handler, maxBytes = 100) {
  server = await serve(handler)
  return fetchBytes(parseAddress(`${server.url}/file`), { maxBytes })
}

test.each<[string, Handler, string, string]>([
  ['announces too much', (_, response) => void response.writeHead(200, { 'content-length': 101 }).end('x'), 'fetch/too-much', '100 bytes'],
  ['sends without end', (_, response) => void response.writeHead(200).end('x'.repeat(1000)), 'fetch/too-much', '100 bytes'],
  [
    'sends less than it announced',
    (_, response) => {
      response.writeHead(200, { 'content-length': 50 }).write('x')
      setImmediate(() => response.destroy())
    },
    'fetch/unreachable',
    'before its end',
  ],
  ['encodes', (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'), 'fetch/unreachable', 'as gzip'],
  ['fails', (_, response) => void response.writeHead(500).end('x'), 'fetch/unreachable', 'answers 500'],
  [
    'sends on to another server',
    (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/file' }).end(),
    'fetch/unreachable',
    'http://127.0.0.1:1, which nobody',
  ],
  ['sends on in circles', (_, response) => void response.writeHead(302, { location: '/file' }).end(), 'fetch/unreachable', '3 times'],
  ['hangs up', (request) => void request.socket.destroy(), 'fetch/unreachable', 'hang up'],
])('a server that %s is refused', async (_, handler, code, text) => {
  await expect(fetchFrom(handler)).rejects.toMatchObject({ code, message: expect.stringContaining(text) })
})

test('a server that keeps a host waiting, or sends a byte now and then, is left', async () => {
  const drip: Handler = (_, response) => {
    const timer = setInterval(() => response.write('x'), 20)
    response.on('close', () => clearInterval(timer))
  }
  for (const handler of [drip, () => {}]) {
    server = await serve(handler)
    const read = async (url: string) => {
      const opened = await openUrl(parseAddress(url), { maxBytes: 1e6, pace: { minBytesPerSecond: 1000, windowMs: 100, totalMs: 5000 } })
      let sizeBytes = 0
      if (opened.kind === 'body') for await (const chunk of opened.chunks) sizeBytes += chunk.length
      return sizeBytes
    }
    await expect(read(`${server.url}/file`)).rejects.toMatchObject({ code: 'fetch/stalled' })
    await server.close()
  }
})

test('a path on the same server, and what is not there', async () => {
  const handler: Handler = (request, response) =>
    void (request.url === '/there' ? response.end('it') : response.writeHead(301, { location: '/there' }).end())
  expect(await fetchFrom(handler)).toMatchObject({ kind: 'body', bytes: new TextEncoder().encode('it') })
  await server?.close()
  expect(await fetchFrom((_, response) => void response.writeHead(404).end())).toEqual({ kind: 'missing' })
})

test("the administrator's proxy is asked, and no other server", async () => {
  server = await serve((request, response) => void response.end(request.url))
  const { url } = server
  const answer = await fetchBytes(parseAddress('http://repository.invalid/file'), { maxBytes: 100, proxy: url })
  expect(answer).toMatchObject({ bytes: new TextEncoder().encode('http://repository.invalid/file') })
})

test('a fetch that was interrupted goes on where it ended', async () => {
  const content = Buffer.from('0123456789'.repeat(1000))
  writeFileSync(`${folder}/bundle`, content)
  writeFileSync(`${folder}/here`, content.subarray(0, 4000))
  server = await serve(folderHandler(folder))
  await fetchFile(parseAddress(`${server.url}/bundle`), `${folder}/here`, expected(content))
  expect(readFileSync(`${folder}/here`)).toEqual(content)
  expect(server.log).toEqual(['GET /bundle 206'])
})

test('what is not the file that was promised does not stay', async () => {
  const content = Buffer.from('the file')
  writeFileSync(`${folder}/bundle`, 'the fake')
  server = await serve(folderHandler(folder))
  for (const from of [server.url, `file://${folder}`]) {
    await expect(fetchFile(parseAddress(`${from}/bundle`), `${folder}/here`, expected(content))).rejects.toMatchObject({
      code: 'trust/digest',
    })
    expect(existsSync(`${folder}/here`)).toBe(false)
  }
  writeFileSync(`${folder}/bundle`, 'the')
  await expect(fetchFile(parseAddress(`${server.url}/bundle`), `${folder}/here`, expected(content))).rejects.toMatchObject({
    code: 'trust/length',
  })
})

test('a file of a folder is whole, however late it is read, and from where a fetch was interrupted', async () => {
  const content = Buffer.from('0123456789'.repeat(30_000))
  writeFileSync(`${folder}/bundle`, content)
  const opened = await openUrl(parseAddress(`file://${folder}/bundle`), { maxBytes: 1e6, pace: BUNDLE_PACE })
  await setTimeout(300) // what reads it has ended by then, or waits
  const chunks: Uint8Array[] = []
  if (opened.kind === 'body') for await (const chunk of opened.chunks) chunks.push(chunk)
  expect(Buffer.concat(chunks).equals(content)).toBe(true)
  writeFileSync(`${folder}/here`, content.subarray(0, 290_000))
  await fetchFile(parseAddress(`file://${folder}/bundle`), `${folder}/here`, expected(content))
  expect(readFileSync(`${folder}/here`).equals(content)).toBe(true)
})

test('of a folder, only plain files are read', async () => {
  mkdirSync(`${folder}/directory`)
  const ask = (name: string) => fetchBytes(parseAddress(`file://${folder}/${name}`), { maxBytes: 10 })
  for (const name of ['directory', 'nothing', '../../../dev/zero']) expect(await ask(name)).toEqual({ kind: 'missing' })
  writeFileSync(`${folder}/empty`, '')
  expect(await ask('empty')).toEqual({ kind: 'body', bytes: new Uint8Array(0), tag: undefined })
  writeFileSync(`${folder}/large`, 'x'.repeat(11))
  await expect(ask('large')).rejects.toMatchObject({ code: 'fetch/too-much' })
})

test('a file of a share that answers nothing is left when the time is over, and keeps nobody from ending', async () => {
  writeFileSync(`${folder}/hung`, 'x')
  const letGo = await hang(`${folder}/hung`)
  const program = `
    const { fetchBytes } = await import('./src/io/fetch.ts')
    const deadline = AbortSignal.timeout(200)
    await fetchBytes(new URL(process.argv[1]), { maxBytes: 10, deadline }).catch((fault) => console.log(fault.code))`
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program, `file://${folder}/hung`], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  letGo()
  expect([status, stdout]).toEqual([0, 'fetch/stalled\n'])
})

test.each(['ftp://example.org/', 'https://user:word@example.org/', 'https://example.org/?a=b', 'file://server/share', 'example.org', ''])(
  '"%s" is no address of a repository',
  (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'fetch/url' }))
  },
)

function expected(content: Uint8Array) {
  return { sizeBytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }
}
