import { createHash, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { Fault } from '../core/base/mod.ts'
import { readBytes } from './files.ts'
import { withFlock } from './flock.ts'
import { type AskS3, type S3Answer, encodePath, makeS3Client } from './s3-client.ts'
import { parseS3Place } from './s3-place.ts'

/** The lock of one that was killed is free a moment later. */
const PATIENCE_MS = 1000

/**
 * A repository's files in a bucket. An object appears whole, as the store promises. `publisher` is the folder of who publishes.
 * Faults: io/permission, io/missing, repo/settings, repo/clock, fetch/unreachable.
 */
export function makeS3Store(given: string, { publisher, env }: { readonly publisher: string; readonly env: NodeJS.ProcessEnv }) {
  const at = parseS3Place(given, env)
  const ask = makeS3Client(at)
  return {
    place: at.place,
    /** Undefined when there is none. */
    read: (path: string) => readObject(ask, path),
    async size(path: string): Promise<number | undefined> {
      const answer = await ask({ method: 'HEAD', path })
      return answer.status === 404 ? undefined : answer.sizeBytes
    },
    put: (path: string, content: Uint8Array) => putObject(ask, path, content),
    putFile: async (path: string, from: string) => putObject(ask, path, await readBytes(from)),
    async share(from: string, to: string): Promise<void> {
      const source = `/${at.bucket}/${encodePath(`${at.prefix}${from}`)}`
      demand(await ask({ method: 'PUT', path: to, headers: { ...HEADERS, 'x-amz-copy-source': source } }), to)
    },
    withLock: <T>(act: () => Promise<T>) =>
      withFlock(
        `${publisher}/.lock`,
        PATIENCE_MS,
        () => withLockObject({ ask, holder: holderOf(publisher), place: at.place }, act),
        'repository',
      ),
  }
}

/** Caches ask again whether it changed: timestamps do. */
const HEADERS = { 'cache-control': 'no-cache', 'content-type': 'application/octet-stream' } as const

async function readObject(ask: AskS3, path: string): Promise<Uint8Array | undefined> {
  const answer = await ask({ method: 'GET', path })
  return answer.status === 404 ? undefined : answer.body
}

async function putObject(ask: AskS3, path: string, content: Uint8Array): Promise<void> {
  demand(await ask({ method: 'PUT', path, headers: HEADERS, body: new Uint8Array(content) }), path)
}

function demand({ status }: S3Answer, path: string): void {
  if (status === 200) return
  throw new Fault('fetch/unreachable', `Cannot write ${path}: the store answers ${status}`, {
    in: path,
    try: 'run the same command again: it goes through with what was begun',
  })
}

interface LockObject {
  readonly ask: AskS3
  readonly holder: string
  readonly place: string
}

const LOCK = '.lock'

/**
 * One publisher at a time, from whatever machine: who makes the object has the lock. One that was killed takes its own again, since no other process of its folder is
 * at it. A store that does not know `If-None-Match` keeps two apart but for the instant between reading and writing.
 */
async function withLockObject<T>({ ask, holder, place }: LockObject, act: () => Promise<T>): Promise<T> {
  const own = `${holder} ${randomUUID()}\n`
  const read = async () => new TextDecoder().decode(await readObject(ask, LOCK))
  const before = await read()
  if (before !== '' && !before.startsWith(`${holder} `)) throw locked(place)
  const condition = before === '' ? { 'if-none-match': '*' } : {}
  await ask({ method: 'PUT', path: LOCK, headers: { ...HEADERS, ...condition }, body: new TextEncoder().encode(own) })
  // Whatever it answered: a request that was repeated may have been heard the first time.
  if ((await read()) !== own) throw locked(place)
  try {
    return await act()
  } finally {
    // One that stays is its holder's to take again.
    await ask({ method: 'DELETE', path: LOCK }).catch(() => {})
  }
}

/** The world can read the object: it names nobody. */
function holderOf(publisher: string): string {
  return createHash('sha256').update(`${hostname()}\n${publisher}`).digest('hex').slice(0, 32)
}

function locked(place: string): Fault {
  return new Fault('repo/locked', 'Cannot change this repository: another publisher is at it', {
    in: `${place.replace(/\/+$/, '')}/${LOCK}`,
    try: 'wait until it has ended, then run the same command again; one that was killed and will not come again has left this object, to be removed by hand',
  })
}
