import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import { Fault } from '../core/base/mod.ts'
import { checkAnswer } from './s3-answer.ts'
import type { S3Place } from './s3-place.ts'

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

/** Asks a store by signed requests (AWS Signature Version 4). Faults: those of `checkAnswer`, and fetch/unreachable. */
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
        // What is signed is signed for this address: another would not know the key.
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      const content = new Uint8Array(await answer.arrayBuffer())
      checkAnswer(answer, content, { at, method, path })
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

function unreachable(at: S3Place, finding: string): Fault {
  return new Fault('fetch/unreachable', `Cannot use ${at.place}: ${finding}`, {
    in: at.endpoint,
    try: 'look whether that is the store and can be reached from here (AWS_ENDPOINT_URL); then run the same command again: it goes through with what was begun',
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
