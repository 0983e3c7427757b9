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
  fault: ((request: IncomingMessage) => 'busy' | 'cut' | S3Error | undefined) | undefined
  /** By how much the store's clock is ahead. */
  aheadMs: number
  readonly close: () => Promise<void>
}

/** As a store answers: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html. */
export interface S3Error {
  readonly status: number
  readonly code: string
  readonly message?: string
  /** Further elements of the body, and headers. */
  readonly fields?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A real S3 server on loopback with one bucket. s3rver knows no conditional writes and checks neither signatures of version 4 nor their region and time: what
 * stands before it does so in its place (`If-None-Match: *` not where `isPlain`), and can be busy, refuse, or cut the line.
 */
export async function makeBucket(folder: string, { isPlain = false }: { readonly isPlain?: boolean } = {}): Promise<TestBucket> {
  const name = 'patches'
  const options = { address: '127.0.0.1', port: 0, silent: true, directory: folder, configureBuckets: [{ name, configs: [] }] }
  const s3 = new S3rver(options)
  const { port } = await s3.run()
  const server: TestServer = await serve(async (request, response) => {
    const fault = bucket.fault?.(request)
    if (fault === 'cut') return void request.destroy()
    if (fault === 'busy') return refuse(response, { status: 503, code: 'SlowDown' })
    const error = fault ?? findOtherScope(request, Date.now() + bucket.aheadMs)
    if (error !== undefined) return refuse(response, error)
    if (!(await isSigned(request, server.url))) return refuse(response, { status: 403, code: 'SignatureDoesNotMatch' })
    const isTaken = !isPlain && request.headers['if-none-match'] === '*' && request.method === 'PUT' && (await isThere(port, request.url))
    if (isTaken) return refuse(response, { status: 412, code: 'PreconditionFailed' })
    pass(request, response, port)
  })
  const bucket: TestBucket = {
    name,
    endpoint: server.url,
    url: `${server.url}/${name}`,
    log: server.log,
    fault: undefined,
    aheadMs: 0,
    async close() {
      await server.close()
      await s3.close()
    },
  }
  return bucket
}

function refuse(response: ServerResponse, { status, code, message = 'as the test has it', fields = {}, headers = {} }: S3Error): void {
  const elements = Object.entries({ Code: code, Message: message, ...fields }).map(([name, value]) => `<${name}>${value}</${name}>`)
  response.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(`<Error>${elements.join('')}</Error>`)
}

const REGION = 'us-east-1'
const MAX_SKEW_MS = 15 * 60_000

/** A signature for another region or another time than the store's. */
function findOtherScope({ headers }: IncomingMessage, nowMs: number): S3Error | undefined {
  const region = /Credential=\w+\/\d+\/([\w-]+)\//.exec(headers.authorization ?? '')?.[1]
  if (region === undefined) return undefined
  if (region !== REGION) {
    const message = `The authorization header is malformed; the region &#39;${region}&#39; is wrong; expecting &#39;${REGION}&#39;`
    return { status: 400, code: 'AuthorizationHeaderMalformed', message, fields: { Region: REGION } }
  }
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers['x-amz-date'])) ?? []
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  if (Math.abs(Date.UTC(year, month - 1, day, hour, minute, second) - nowMs) <= MAX_SKEW_MS) return undefined
  const message = 'The difference between the request time and the current time is too large.'
  return { status: 403, code: 'RequestTimeTooSkewed', message, fields: { ServerTime: new Date(nowMs).toISOString() } }
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
    region: REGION,
    datetime: String(headers['x-amz-date']),
  })
  return (await signer.sign()).headers.get('authorization') === authorization
}

async function isThere(port: number, path = ''): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}${path}`, { method: 'HEAD' })).status === 200
}
