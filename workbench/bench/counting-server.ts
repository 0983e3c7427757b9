import { readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { type ServerResponse, createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What went over the wire: both ways, heads of requests and answers with their bodies. */
export interface Traffic {
  readonly requests: number
  readonly bytes: number
}

export interface CountingServer {
  readonly url: string
  /** Since the last time that it was asked. */
  readonly take: () => Promise<Traffic>
  readonly close: () => Promise<void>
}

/** A plain web server on loopback that serves a folder, with ETags. */
export async function serveCounting(folder: string): Promise<CountingServer> {
  const sockets = new Set<Socket>()
  let requests = 0
  let closedBytes = 0
  const server = createServer((request, response) => {
    requests++
    void answer(`${folder}${decodeURIComponent(request.url ?? '')}`, request.headers['if-none-match'], response)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => {
      closedBytes += socket.bytesRead + socket.bytesWritten
      sockets.delete(socket)
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async take() {
      // A client opens a connection for each request, and closes it: what it moved is known then.
      await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))))
      const traffic = { requests, bytes: closedBytes }
      requests = closedBytes = 0
      return traffic
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}

async function answer(path: string, known: string | undefined, response: ServerResponse): Promise<void> {
  const content = await readFile(path).catch(() => undefined)
  if (content === undefined) return void response.writeHead(404).end()
  const etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`
  if (known === etag) return void response.writeHead(304, { etag }).end()
  response.writeHead(200, { etag, 'content-length': content.length }).end(content)
}
