import { Fault, type FaultCode } from '../core/base/mod.ts'
import type { S3Place } from './s3-place.ts'

/** What was asked for, and where. */
interface Asked {
  readonly at: S3Place
  readonly method: string
  readonly path: string
}

/** What a store says where it does not do as it was asked. */
interface Refusal {
  readonly status: number
  /** Of Amazon's list of error responses; undefined where nobody speaks as a store does, or of what has no body. */
  readonly code: string | undefined
  /** All of it in words: `403 AccessDenied: Access Denied`. */
  readonly said: string
  /** Elements of its body by name: `Region`, `ServerTime`. */
  readonly field: (name: string) => string | undefined
  readonly headers: Headers
}

interface Reading {
  readonly fault: FaultCode
  readonly finding: string
  readonly try: string
}

/** What a request may answer that is no fault: its asker knows what it means. */
const ANSWERS: ReadonlySet<number> = new Set([200, 204, 404, 409, 412])

/** Faults: io/permission, io/missing, repo/settings, repo/clock, fetch/unreachable; each with what the store answered. */
export function checkAnswer({ status, statusText, headers }: Response, content: Uint8Array, asked: Asked): void {
  const text = status === 200 && !isError(content) ? '' : new TextDecoder().decode(content)
  const field = (name: string) => textOf(new RegExp(`<${name}>([^<]{1,300})</${name}>`).exec(text)?.[1])
  const code = field('Code')
  const said = `${status} ${code ?? statusText}${code === undefined ? '' : `: ${field('Message') ?? 'no message'}`}`.trim()
  const reading = readAnswer({ status, code, said, field, headers }, asked)
  if (reading === undefined) return
  const { at, method, path } = asked
  throw new Fault(reading.fault, `Cannot use ${at.place}: ${reading.finding}`, {
    in: `${method} ${at.place.replace(/\/+$/, '')}/${path} at ${at.endpoint}, which answers ${said}`,
    try: reading.try,
  })
}

/** A copy that fails after it has begun is answered with 200 and an error. */
function isError(content: Uint8Array): boolean {
  return content.length < 4096 && new TextDecoder().decode(content).includes('<Error>')
}

/** By https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, which others follow. */
const READINGS: Readonly<Record<string, (refusal: Refusal, asked: Asked) => Reading>> = {
  NoSuchBucket: noBucket,
  InvalidBucketName: noBucket,
  AuthorizationHeaderMalformed: otherRegion,
  PermanentRedirect: otherRegion,
  TemporaryRedirect: otherRegion,
  IllegalLocationConstraintException: otherRegion,
  RequestTimeTooSkewed: otherTime,
  RequestExpired: otherTime,
  InvalidAccessKeyId: unknownKey,
  SignatureDoesNotMatch: wrongSecret,
  ExpiredToken: oldToken,
  InvalidToken: oldToken,
  TokenRefreshRequired: oldToken,
  AccessDenied: noRight,
}

function readAnswer(refusal: Refusal, asked: Asked): Reading | undefined {
  const { status, code, headers } = refusal
  const known = code === undefined ? undefined : READINGS[code]
  if (known !== undefined) return known(refusal, asked)
  // An answer to HEAD has no body, and so no code.
  const isNamed = code !== undefined || asked.method === 'HEAD'
  const isPage = headers.get('content-type')?.startsWith('text/html') === true
  if (!isNamed && (isPage || [400, 404, 405, 501].includes(status))) return noStore(refusal)
  if (status === 401 || status === 403) return noRight(refusal, asked)
  if (headers.has('x-amz-bucket-region') && !ANSWERS.has(status)) return otherRegion(refusal, asked)
  if (status >= 300 && status < 400) return noStore(refusal)
  return ANSWERS.has(status) && (status !== 200 || code === undefined) ? undefined : outOfReach(refusal)
}

function noBucket(_: Refusal, { at }: Asked): Reading {
  return {
    fault: 'io/missing',
    finding: `there is no bucket ${at.bucket} at ${at.endpoint}`,
    try: 'make it, or look at the name, at AWS_ENDPOINT_URL and AWS_REGION',
  }
}

function otherRegion({ field, headers }: Refusal, { at }: Asked): Reading {
  const region = field('Region') ?? headers.get('x-amz-bucket-region') ?? /expecting '([\w-]+)'/.exec(field('Message') ?? '')?.[1]
  const endpoint = field('Endpoint')
  const place = region ?? endpoint
  return {
    fault: 'repo/settings',
    finding: `the bucket ${at.bucket} is not in the region ${at.region}${place === undefined ? '' : `, but in ${place}`}`,
    try: `set AWS_REGION to ${region ?? 'the region of the bucket'}, and AWS_ENDPOINT_URL, where it is set, to the store of that region`,
  }
}

function otherTime({ field, headers }: Refusal): Reading {
  const theirs = field('ServerTime') ?? headers.get('date')
  return {
    fault: 'repo/clock',
    finding: `the store does not take the time of this machine${theirs === null ? '' : `; its own is ${theirs}`}`,
    try: 'set the clock of this machine (timedatectl), then run the same command again: it goes through with what was begun',
  }
}

function unknownKey(_: Refusal, { at }: Asked): Reading {
  return {
    fault: 'io/permission',
    finding: `the store does not know the key ${at.accessKeyId}`,
    try: 'look at AWS_ACCESS_KEY_ID, and whether AWS_ENDPOINT_URL is the store that the key is of; a temporary key has an AWS_SESSION_TOKEN, too',
  }
}

function wrongSecret(_: Refusal, { at }: Asked): Reading {
  return {
    fault: 'io/permission',
    finding: `what was signed with the secret of ${at.accessKeyId} is not what the store has received`,
    try: 'look at AWS_SECRET_ACCESS_KEY; where that is right, a proxy on the way changes the name of the host or the path',
  }
}

function oldToken(_: Refusal, { at }: Asked): Reading {
  return {
    fault: 'io/permission',
    finding: `the session of the key ${at.accessKeyId} has ended`,
    try: 'get new temporary credentials: all three of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN',
  }
}

function noRight({ status }: Refusal, { at, method }: Asked): Reading {
  return {
    fault: 'io/permission',
    finding: `the key ${at.accessKeyId} may not do this here (${status} to ${method})`,
    try: 'look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; the key must be allowed to list the bucket, and to get, put and delete objects',
  }
}

/** A console, a proxy, a website. */
function noStore({ headers }: Refusal): Reading {
  const elsewhere = headers.get('location')
  return {
    fault: 'repo/settings',
    finding: `no S3 store answers at this address${elsewhere === null ? '' : `; it leads to ${elsewhere}`}`,
    try: 'set AWS_ENDPOINT_URL to the address for programs, with https where the store has it, and without bucket or path; unset it for Amazon',
  }
}

function outOfReach({ said }: Refusal): Reading {
  return {
    fault: 'fetch/unreachable',
    finding: `the store answers ${said}`,
    try: 'run the same command again: it goes through with what was begun',
  }
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", '#34': '"', amp: '&' }

/** The text of an element. */
function textOf(escaped: string | undefined): string | undefined {
  return escaped?.replaceAll(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
}
