import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import tls from 'node:tls'
import { Fault } from '../core/base/mod.ts'
import { type OpenOptions, type Opened, tooLate, tooMuch, watchPace } from './fetch-limits.ts'
import { openStored } from './open-stored.ts'

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const MAX_REDIRECTS = 3

/** Faults: fetch/url. */
export function parseAddress(text: string): URL {
  const url = URL.parse(text)
  const isKnown = url !== null && ['http:', 'https:', 'file:'].includes(url.protocol)
  const extras = url === null ? '' : `${url.username}${url.password}${url.search}${url.hash}`
  if (isKnown && extras === '' && (url.protocol !== 'file:' || url.host === '')) return url
  throw new Fault('fetch/url', `Cannot use "${text}" as the address of a repository`, {
    try: 'give https://, http:// or file:// with a path, and neither a user, a password, a ? nor a #',
  })
}

/**
 * Opens a file of a repository: of a web server, or of a folder (file:). Faults: fetch/unreachable, fetch/stalled, fetch/too-much; those that come while it is
 * read, too.
 */
export async function openUrl(url: URL, options: OpenOptions): Promise<Opened> {
  if (options.deadline?.aborted === true) throw tooLate(url.href)
  if (url.protocol === 'file:') return openStored(url, options)
  let at = url
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const { answer, chunks } = await ask(at, options)
    const status = answer.statusCode ?? 0
    if (status === 200 || status === 206) {
      const fromByte = status === 206 ? startOf(answer, at, options) : 0
      checkAnnounced(answer, at, options.maxBytes - fromByte)
      return { kind: 'body', fromByte, tag: answer.headers.etag, chunks }
    }
    answer.destroy()
    if (status === 304) return { kind: 'unchanged' }
    // Some stores say 403 of what is not there.
    if (status === 404 || status === 403 || status === 410) return { kind: 'missing' }
    const target = REDIRECTS.has(status) ? URL.parse(answer.headers.location ?? '', at) : null
    if (target === null) throw unusable(at, `the server answers ${status} ${answer.statusMessage ?? ''}`.trim())
    if (target.origin !== url.origin) throw unusable(at, `it sends on to another server, ${target.origin}, which nobody here has named`)
    at = target
  }
  throw unusable(url, `it sends on more than ${MAX_REDIRECTS} times`)
}

interface Asked {
  readonly answer: IncomingMessage
  readonly chunks: AsyncIterable<Uint8Array>
}

function ask(url: URL, options: OpenOptions): Promise<Asked> {
  const { maxBytes, knownTag, fromByte = 0, proxy } = options
  return new Promise((resolve, reject) => {
    let slow: Fault | undefined
    const headers = {
      'user-agent': 'kmend',
      'accept-encoding': 'identity',
      ...(knownTag === undefined ? {} : { 'if-none-match': knownTag }),
      ...(fromByte === 0 ? {} : { range: `bytes=${fromByte}-` }),
    }
    const request = (url.protocol === 'https:' ? https : http).request(url, { headers, agent: agentFor(url, proxy) })
    const watch = watchPace(url.href, options, (fault) => {
      slow = fault
      request.destroy(fault)
    })
    request.on('close', watch.end)
    request.on('error', (error) => reject(slow ?? unusable(url, error.message)))
    request.on('response', (answer) => resolve({ answer, chunks: read(answer) }))
    request.end()

    async function* read(answer: IncomingMessage): AsyncIterable<Uint8Array> {
      let left = maxBytes - (answer.statusCode === 206 ? fromByte : 0)
      try {
        for await (const chunk of answer as AsyncIterable<Uint8Array>) {
          watch.count(chunk.length)
          left -= chunk.length
          if (left < 0) throw tooMuch(url.href, maxBytes)
          yield chunk
        }
      } catch (error) {
        throw error instanceof Fault ? error : (slow ?? unusable(url, `it ended before its end: ${(error as Error).message}`))
      } finally {
        answer.destroy()
      }
    }
  })
}

/** A new one each time: nothing is kept open, so that a run ends when its work does. */
function agentFor(url: URL, proxy: string | undefined): http.Agent {
  const proxyEnv = proxy === undefined ? process.env : { http_proxy: proxy, https_proxy: proxy }
  if (url.protocol === 'http:') return new http.Agent({ proxyEnv })
  // Servers inside a company have certificates that the system knows, and Node does not.
  return new https.Agent({ proxyEnv, ca: [...tls.getCACertificates('bundled'), ...tls.getCACertificates('system')] })
}

function startOf({ headers }: IncomingMessage, url: URL, { fromByte = 0 }: OpenOptions): number {
  const start = /^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1]
  if (Number(start) === fromByte && fromByte > 0) return fromByte
  throw unusable(url, 'the server sends another part than it was asked for')
}

function checkAnnounced(answer: IncomingMessage, url: URL, maxBytes: number): void {
  const encoding = answer.headers['content-encoding'] ?? 'identity'
  const announced = Number(answer.headers['content-length'] ?? 0)
  if (encoding === 'identity' && announced <= maxBytes) return
  answer.destroy()
  if (encoding !== 'identity') throw unusable(url, `the server sends it as ${encoding}, for which nobody has asked`)
  throw tooMuch(url.href, maxBytes)
}

function unusable(url: URL, finding: string): Fault {
  return new Fault('fetch/unreachable', `Cannot fetch ${url.href}: ${finding}`, {
    in: url.href,
    try: 'look whether the server is up and can be reached from here, by its proxy where there is one; then try again',
  })
}
