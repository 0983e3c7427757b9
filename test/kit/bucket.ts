import { type IncomingMessage, type ServerResponse, request as httpRequest } from 'node:http'
import { AwsV4Signer } from 'aws4fetch'
import S3rver from 's3rver'
import { type TestServer, serve } from './static-server.ts'

/** Of s3rver, which lets who has none read. */
export const S3_KEY = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' } as const

export interface TestBucket {
  readonly name: string
  /** Where the store is, and its bucket for who reads it over plain HTTP. */
  readonly endpoint: string
  readonly url: string
  readonly log: string[]
  /** Decides of the next requests; undefined lets one through. */
  fault: ((request: IncomingMessage) => 'busy' | 'cut' | undefined) | undefined
  readonly close: () => Promise<void>
}

/**
 * A real S3 server on loopback with one bucket. s3rver knows no conditional writes and does not check signatures of version 4: what stands before it does
 * both in its place (`If-None-Match: *` not where `isPlain`), and can be busy or cut the line.
 */
export async function makeBucket(folder: string, { isPlain = false }: { readonly isPlain?: boolean } = {}): Promise<TestBucket> {
  const name = 'patches'
  const options = { address: '127.0.0.1', port: 0, silent: true, directory: folder, configureBuckets: [{ name, configs: [] }] }
  const s3 = new S3rver(options)
  const { port } = await s3.run()
  const server: TestServer = await serve(async (request, response) => {
    const fault = bucket.fault?.(request)
    if (fault === 'cut') return void request.destroy()
    if (fault === 'busy') return void response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>')
    if (!(await isSigned(request, server.url))) return void response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>')
    const isTaken = !isPlain && request.headers['if-none-match'] === '*' && request.method === 'PUT' && (await isThere(port, request.url))
    if (isTaken) return void response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>')
    pass(request, response, port)
  })
  const bucket: TestBucket = {
    name,
    endpoint: server.url,
    url: `${server.url}/${name}`,
    log: server.log,
    fault: undefined,
    async close() {
      await server.close()
      await s3.close()
    },
  }
  return bucket
}

/** With the host's name as it was asked for: it is signed. */
function pass(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url, headers } = request
  const inner = httpRequest({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
  })
  inner.on('error', () => response.destroy())
  request.pipe(inner)
}

/** By the key that there is, over what came; who has none signs nothing. */
async function isSigned({ method = '', url = '', headers }: IncomingMessage, origin: string): Promise<boolean> {
  const { authorization } = headers
  const named = /Credential=(\w+)\/.*SignedHeaders=([\w;-]+)/.exec(authorization ?? '')
  if (named === null || named[1] !== S3_KEY.AWS_ACCESS_KEY_ID) return true // s3rver knows what to say
  const signed = (named[2] ?? '').split(';').filter((name) => name !== 'host')
  const signer = new AwsV4Signer({
    method,
    url: `${origin}${url}`,
    headers: Object.fromEntries(signed.map((name) => [name, String(headers[name])])),
    accessKeyId: S3_KEY.AWS_ACCESS_KEY_ID,
    secretAccessKey: S3_KEY.AWS_SECRET_ACCESS_KEY,
    service: 's3',
    region: 'us-east-1',
    datetime: String(headers['x-amz-date']),
  })
  return (await signer.sign()).headers.get('authorization') === authorization
}

async function isThere(port: number, path = ''): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}${path}`, { method: 'HEAD' })).status === 200
}
