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
