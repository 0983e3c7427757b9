import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, readdir } from 'node:fs/promises'
import { fileFault, writeWhole } from './files.ts'
import { removeTree } from './folders.ts'

/**
 * Verified metadata that outlives a run: root for all of a publisher's repositories, the rest for each. tuf-js writes its files in place, so that it works on a copy;
 * what it has verified is taken over whole, a file at a time. Each file is verified anew before it is used, so that it does not matter in which order.
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

/** The copy that tuf-js works on. Whatever an interrupted run left there goes. */
export async function openStore(store: TufStore): Promise<string> {
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

/** Takes over what has changed in the copy. */
export async function keepStore(store: TufStore, work: string): Promise<void> {
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

/** Undefined when nothing was ever seen, or nobody can tell. */
export async function readSeen(store: TufStore): Promise<Seen | undefined> {
  try {
    return JSON.parse((await readKept(store, SEEN))?.toString('utf8') ?? '') as Seen
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
