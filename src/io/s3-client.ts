import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import { Fault } from '../core/base/mod.ts'

/** `s3://bucket/prefix`, and what the usual variables say of where it is and whose key is used. */
export interface S3Place {
  /** As it was given. */
  readonly place: string
  readonly bucket: string
  /** Empty, or ends in a slash. */
  readonly prefix: string
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** Faults: repo/settings, io/permission. */
export function parseS3Place(place: string, env: Environment): S3Place {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(place) ?? []
  const prefix = path.replace(/\/+$/, '')
  if (bucket === undefined || (prefix !== '' && !prefix.split('/').every((part) => /^(?!\.+$)[\w.+~-]+$/.test(part))))
    throw new Fault('repo/settings', `Cannot publish into ${place}: it is no bucket with a path`, { try: 'write it as s3://bucket/path' })
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1'
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Fault('io/permission', `Cannot use ${place}: nobody said with whose key`, {
      in: 'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY',
      try: 'set both variables, and AWS_ENDPOINT_URL where the store is not that of Amazon',
    })
  const endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'] ?? `https://s3.${region}.amazonaws.com`
  if (!URL.canParse(endpoint))
    throw new Fault('repo/settings', `Cannot use ${endpoint} as the address of an S3 store`, { in: 'AWS_ENDPOINT_URL' })
  return {
    place,
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint: endpoint.replace(/\/+$/, ''),
    region,
    accessKeyId,
    secretAccessKey,
    sessionToken,
  }
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE'
  /** Below the place. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer>
}

export interface S3Answer {
  readonly status: number
  readonly sizeBytes: number
  readonly body: Uint8Array
}

export type AskS3 = (request: S3Request) => Promise<S3Answer>

/** How often a store that says that it is busy (5xx, 429) is asked again: some three seconds in all. */
const RETRIES = 5
const FIRST_WAIT_MS = 100
/** Bundles of megabytes over a slow line. */
const PATIENCE_MS = 600_000
/** What a request may answer that is no fault: its asker knows what it means. */
const ANSWERS: ReadonlySet<number> = new Set([200, 204, 404, 409, 412])

/** Asks a store by signed requests (AWS Signature Version 4). Faults: io/permission, io/missing, fetch/unreachable. */
export function makeS3Client(at: S3Place): AskS3 {
  const client = new AwsClient({ ...at, sessionToken: at.sessionToken ?? '', service: 's3', retries: RETRIES, initRetryMs: FIRST_WAIT_MS })
  return async ({ method, path, headers = {}, body }) => {
    const url = `${at.endpoint}/${at.bucket}/${encodePath(`${at.prefix}${path}`)}`
    try {
      const answer = await client.fetch(url, {
        method,
        // What is signed with its digest nobody on the way can change.
        headers: { ...headers, 'x-amz-content-sha256': sha256(body ?? new Uint8Array(0)) },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      const content = new Uint8Array(await answer.arrayBuffer())
      check(answer, content, { at, path })
      return { status: answer.status, sizeBytes: Number(answer.headers.get('content-length') ?? content.length), body: content }
    } catch (error) {
      throw error instanceof Fault ? error : unreachable(at, reasonOf(error))
    }
  }
}

/** The path of an object as a URL has it. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

function check({ status, statusText }: Response, content: Uint8Array, { at, path }: { readonly at: S3Place; readonly path: string }): void {
  const text = status === 200 && !isError(content) ? '' : new TextDecoder().decode(content)
  const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1]
  if (code === 'NoSuchBucket')
    throw new Fault('io/missing', `Cannot use ${at.place}: there is no bucket ${at.bucket} at ${at.endpoint}`, {
      in: at.place,
      try: 'make it, or look at AWS_ENDPOINT_URL and AWS_REGION',
    })
  if (status === 401 || status === 403)
    throw new Fault('io/permission', `Cannot use ${at.place}: the store refuses the key ${at.accessKeyId} (${code ?? status})`, {
      in: `${at.place}/${path}`,
      try: 'look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; the key must be allowed to list the bucket, and to get, put and delete objects',
    })
  if (!ANSWERS.has(status) || (status === 200 && code !== undefined))
    throw unreachable(at, `the store answers ${status} ${code ?? statusText}`.trim())
}

/** A copy that fails after it has begun is answered with 200 and an error. */
function isError(content: Uint8Array): boolean {
  return content.length < 4096 && new TextDecoder().decode(content).includes('<Error>')
}

function unreachable(at: S3Place, finding: string): Fault {
  return new Fault('fetch/unreachable', `Cannot use ${at.place}: ${finding}`, {
    in: at.endpoint,
    try: 'look whether the store can be reached from here; then run the same command again: it goes through with what was begun',
  })
}

/** Of undici, whose own words are "fetch failed". */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
