import { Fault } from '../../core/base/mod.ts'
import {
  type Checkpoint,
  checkConsistency,
  checkInclusion,
  type LogEntry,
  parseCheckpoint,
  parseEntry,
  parseLeaf,
  tilesForConsistency,
  tilesForInclusion,
} from '../../core/log/mod.ts'
import { logLeaf, type RootFacts } from '../../core/trust/mod.ts'
import { fetchCheckpoint, fetchTiles } from './fetch-log.ts'
import type { LogPorts } from './ports.ts'

/** A metadata file that was verified and is about to be gone by. */
export interface TakenMetadata {
  /** `kernels/<release>` or `catalogue`. */
  readonly repository: string
  readonly role: string
  readonly version: number
  /** Of the file as it was served. */
  readonly sha256: string
}

export interface LogQuestion {
  /** As root names it. */
  readonly log: RootFacts['log']
  /** The checkpoint of the last visit; undefined on the first. */
  readonly kept: Uint8Array | undefined
  readonly taken: readonly TakenMetadata[]
}

const TILE_BYTES = 256 * 32
/** An index, a line feed, an entry. */
const LEAF_BYTES = 20 + 0xffff

export interface LogAnswer {
  /** To be kept for the next visit. */
  readonly bytes: Uint8Array
  /** Which entry of the log is of what was taken, by its SHA-256. */
  readonly indexes: ReadonlyMap<string, number>
}

/** That the log only grew since the last visit, and has all that was taken: docs/formats/log.md, clause 5. Faults: trust/log, trust/metadata, fetch/*. */
export async function checkLog({ log, kept, taken }: LogQuestion, ports: LogPorts): Promise<LogAnswer> {
  const { checkpoint, bytes } = await fetchCheckpoint(log, ports)
  if (kept !== undefined) await checkGrown(parseCheckpoint(kept, 'the checkpoint of the last visit'), checkpoint, ports)
  const indexes = new Map<string, number>()
  for (const metadata of taken) indexes.set(metadata.sha256, await checkLogged(metadata, checkpoint, ports))
  return { bytes, indexes }
}

/** That a log is a continuation of an older one. The older one is believed as it is: it was verified when it came, and root may name another key since. */
export async function checkGrown(older: Checkpoint, newer: Checkpoint, ports: LogPorts): Promise<void> {
  const paths = tilesForConsistency(older, newer)
  const files = await fetchTiles(paths, { maxBytes: TILE_BYTES, origin: newer.origin }, ports)
  checkConsistency(older, newer, files, ports.sha256)
}

async function checkLogged(metadata: TakenMetadata, checkpoint: Checkpoint, ports: LogPorts): Promise<number> {
  const path = logLeaf(metadata.sha256)
  const leaf = await ports.fetch(path, LEAF_BYTES)
  if (leaf === undefined) throw notLogged(metadata, { path, finding: 'it does not have it' })
  const { index, entry } = parseLeaf(leaf, path)
  // An index past the end asks for no tiles: checkInclusion refuses it.
  const paths = index < checkpoint.size ? tilesForInclusion(index, checkpoint.size) : []
  const files = await fetchTiles(paths, { maxBytes: TILE_BYTES, origin: checkpoint.origin }, ports)
  checkInclusion({ entry, index, checkpoint, files }, ports.sha256)
  const logged = parseEntry(entry, `entry ${index} of ${checkpoint.origin}`)
  if (isOf(logged, metadata)) return index
  throw notLogged(metadata, {
    path,
    finding: `its entry ${index} is of ${logged.role} version ${logged.version} of ${logged.repository}, SHA-256 ${logged.sha256}`,
  })
}

function isOf(entry: LogEntry, { repository, role, version, sha256 }: TakenMetadata): boolean {
  const isThere = entry.repository === repository || entry.repository === '*'
  return isThere && entry.role === role && entry.version === version && entry.sha256 === sha256
}

function notLogged(
  { repository, role, version }: TakenMetadata,
  { path, finding }: { readonly path: string; readonly finding: string },
): Fault {
  return new Fault('trust/log', `Cannot take ${role} version ${version} of ${repository}: the log is to have it, and ${finding}`, {
    in: path,
    try: 'keep that file, tell the publisher and other readers: someone signed what was never made public',
  })
}
