import { readFile } from 'node:fs/promises'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHash } from 'node:crypto'

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void

export interface TestServer {
  readonly url: string
  /** `GET /path status`, as they came. */
  readonly log: string[]
  readonly close: () => Promise<void>
}

/** A web server on loopback. */
export async function serve(handler: Handler): Promise<TestServer> {
  const log: string[] = []
  const server: Server = createServer((request, response) => {
    response.on('close', () => log.push(`${request.method} ${request.url} ${response.statusCode}`))
    Promise.resolve(handler(request, response)).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Serves a folder as a plain web server does: ETag, conditional requests, a range from a byte on. */
export function folderHandler(folder: string): Handler {
  return async (request, response) => {
    const content = await readFile(`${folder}${decodeURIComponent(request.url ?? '')}`).catch(() => undefined)
    if (content === undefined) return void response.writeHead(404).end('<html>Not Found</html>')
    const tag = `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`
    if (request.headers['if-none-match'] === tag) return void response.writeHead(304, { etag: tag }).end()
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (start === 0) return void response.writeHead(200, { etag: tag, 'content-length': content.length }).end(content)
    response.writeHead(206, {
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
      'content-length': content.length - start,
    })
    response.end(content.subarray(start))
  }
}
