import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, readdir } from 'node:fs/promises'
import { Fault } from '../core/base/mod.ts'
import { fileFault, writeWhole } from './files.ts'
import { withFlock } from './flock.ts'
import { removeTree } from './folders.ts'

/**
 * Verified metadata that outlives a run: root for all of a publisher's repositories, the rest for each. tuf-js writes its files in place, so that it works on a copy;
 * what it has verified is taken over whole, a file at a time. Each file is verified anew before it is used, so that it does not matter in which order. One run at
 * a time works with a publisher's.
 */
export interface TufStore {
  /** Where everything is kept. */
  readonly folder: string
  /** `kernels/<release>` or `catalogue`. */
  readonly repository: string
}

/** The highest versions that were ever seen: what is left when a file that is kept is damaged. */
export interface Seen {
  readonly root: number
  readonly timestamp: number
  readonly snapshot: number
  /** Of timestamp and snapshot: with other keys their versions begin anew (clause 5.3.11 of the TUF specification). */
  readonly keys: string
  /** The ETag of the timestamp that is kept, and which that is. */
  readonly tag: string | undefined
  readonly timestampSha256: string
}

const ROOT = 'root.json'
const SEEN = 'seen.json'

/** One that has to bring a large bundle may take minutes: who comes then is told. */
const LOCK_WAIT_MS = 30_000

/** Hands the copy that tuf-js works on to `act`, and takes over what has changed in it. Faults: host/locked, io/*. */
export async function withStore<T>(store: TufStore, act: (work: string) => Promise<T>): Promise<T> {
  const run = async () => {
    const work = await openStore(store)
    try {
      return await act(work)
    } finally {
      // Also after a fault: what was verified before it came is known from now on.
      await keepStore(store, work).finally(() => removeTree(work))
    }
  }
  return withFlock(`${store.folder}/lock`, LOCK_WAIT_MS, run, 'metadata')
}

/** Whatever an interrupted run left there goes. */
async function openStore(store: TufStore): Promise<string> {
  const work = `${store.folder}/work`
  try {
    await removeTree(work)
    await mkdir(work, { recursive: true, mode: 0o700 })
    for (const name of await keptNames(store)) await copyFile(keptPath(store, name), `${work}/${name}`)
    return work
  } catch (error) {
    throw fileFault('write', work, error)
  }
}

async function keepStore(store: TufStore, work: string): Promise<void> {
  for (const name of await jsonNames(work)) {
    const content = await readFile(`${work}/${name}`)
    const before = await readKept(store, name)
    if (before === undefined || !content.equals(before)) await writeWhole(keptPath(store, name), content)
  }
}

/** Undefined when it is not there. */
export async function readKept(store: TufStore, name: string): Promise<Buffer | undefined> {
  return readFile(keptPath(store, name)).catch(() => undefined)
}

/** Undefined when nothing was ever seen. Faults: host/state. */
export async function readSeen(store: TufStore): Promise<Seen | undefined> {
  const bytes = await readKept(store, SEEN)
  if (bytes === undefined) return undefined
  const seen = parseSeen(bytes.toString('utf8'))
  if (seen !== undefined) return seen
  throw new Fault('host/state', 'Cannot read which versions of the repository were seen here: the file is damaged', {
    in: keptPath(store, SEEN),
    try: 'remove the file: then only the metadata that is kept beside it stands against an old state of the repository',
  })
}

function parseSeen(text: string): Seen | undefined {
  try {
    const { root, timestamp, snapshot, keys, tag, timestampSha256 } = JSON.parse(text) as Readonly<Record<keyof Seen, unknown>>
    const areVersions = [root, timestamp, snapshot].every((version) => Number.isSafeInteger(version) && Number(version) > 0)
    const areTexts = [keys, timestampSha256, tag ?? ''].every((value) => typeof value === 'string')
    return areVersions && areTexts ? ({ root, timestamp, snapshot, keys, tag, timestampSha256 } as Seen) : undefined
  } catch {
    return undefined
  }
}

export async function writeSeen(store: TufStore, seen: Seen): Promise<void> {
  await writeWhole(keptPath(store, SEEN), `${JSON.stringify(seen)}\n`)
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function keptPath({ folder, repository }: TufStore, name: string): string {
  return name === ROOT ? `${folder}/${ROOT}` : `${folder}/${repository}/${name}`
}

async function keptNames({ folder, repository }: TufStore): Promise<string[]> {
  const names = await jsonNames(`${folder}/${repository}`)
  const roots = (await jsonNames(folder)).filter((name) => name === ROOT)
  return [...roots, ...names.filter((name) => name !== SEEN && name !== ROOT)]
}

async function jsonNames(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'))
}
