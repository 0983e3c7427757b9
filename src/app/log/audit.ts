import { areBytesEqual, Fault, utf8FromBytes } from '../../core/base/mod.ts'
import {
  appendEntries,
  type Checkpoint,
  checkConsistency,
  entryTiles,
  type LogEntry,
  type LogFiles,
  parseCheckpoint,
  parseEntry,
  readEntries,
  rootOfEdge,
  tilePath,
} from '../../core/log/mod.ts'
import {
  CATALOGUE,
  DATA_ROLES,
  KERNELS_TARGET,
  kernelRepository,
  parseKernels,
  parseRootFacts,
  type RootFacts,
} from '../../core/trust/mod.ts'
import type { TakenMetadata } from './check-log.ts'
import { findDifferences } from './differences.ts'
import { fetchCheckpoint, fetchTiles } from './fetch-log.ts'
import type { AuditPorts, AuditedRepository, LogPorts } from './ports.ts'
import { type Demand, fetchSeen, listWitnesses, sizeSeen, type Witness } from './witnesses.ts'

export interface Audit {
  readonly origin: string
  /** Entries at the last visit, and now. */
  readonly sizeBefore: number
  readonly size: number
  /** What came since, in its order. */
  readonly entries: readonly LogEntry[]
  /** How many files of metadata are served now. */
  readonly served: number
  /** Those that are demanded. */
  readonly witnesses: readonly Witness[]
  /** Where what is served and what the log has are not the same, and where too few witnesses have seen it. */
  readonly alarms: readonly string[]
  /** To be kept for the next visit. */
  readonly checkpoint: Uint8Array
}

export interface AuditWish {
  /** The checkpoint of the last visit. */
  readonly kept: Uint8Array | undefined
  readonly demand: Demand | undefined
}

/** 256 entries, each with its length. */
const BUNDLE_BYTES = 256 * (2 + 0xffff)

/**
 * All of a publisher's log, and all that is served beside it: the root hash of all entries is the checkpoint's, the log is a continuation of the one that was seen
 * last, and what is served is what it tells of. Faults: trust/*, fetch/*.
 */
export async function auditLog({ kept, demand }: AuditWish, ports: AuditPorts): Promise<Audit> {
  // What is served comes first: what is published meanwhile is then in the log, and not the other way round.
  const { facts, served } = await readServed(ports)
  const { checkpoint, bytes } = await fetchCheckpoint(facts.log, ports)
  const { written, files } = await readAll(checkpoint, ports)
  const older = kept === undefined ? undefined : parseCheckpoint(kept, 'the checkpoint of the last visit')
  if (older !== undefined) checkConsistency(older, checkpoint, files, ports.sha256)
  const entries = written.map((entry, at) => parseEntry(entry, `entry ${at} of ${checkpoint.origin}`))
  const sizeBefore = older?.size ?? 0
  const witnessed = demand === undefined ? { witnesses: [], alarms: [] } : await auditWitnesses(demand, checkpoint, ports)
  return {
    origin: checkpoint.origin,
    sizeBefore,
    size: checkpoint.size,
    entries: entries.slice(sizeBefore),
    served: served.length,
    ...witnessed,
    alarms: [...findDifferences(entries, served), ...witnessed.alarms],
    checkpoint: bytes,
  }
}

async function auditWitnesses(demand: Demand, newest: Checkpoint, ports: LogPorts): Promise<Pick<Audit, 'witnesses' | 'alarms'>> {
  const seen = await fetchSeen(demand.witnesses, newest, ports)
  const size = sizeSeen(seen, demand)
  const said = `${demand.atLeast} of ${demand.witnesses.length} witnesses have seen no more than ${size} of ${newest.size} entries`
  return { witnesses: listWitnesses(demand.witnesses, seen), alarms: size < newest.size ? [said] : [] }
}

async function readServed(ports: AuditPorts): Promise<{ readonly facts: RootFacts; readonly served: readonly TakenMetadata[] }> {
  const served: TakenMetadata[] = []
  const { facts, listed } = await ports.withRepository(CATALOGUE, async (catalogue) => {
    const [list] = await readRoles(catalogue, { repository: CATALOGUE, names: ['kernels'], served })
    const target = list?.targets.find(({ path }) => path === KERNELS_TARGET)
    return {
      facts: parseRootFacts(catalogue.root),
      listed: target === undefined ? [] : parseKernels(utf8FromBytes(await catalogue.read(target)) ?? ''),
    }
  })
  for (const { release } of listed) {
    const repository = kernelRepository(release)
    const names = [...facts.tiers, ...DATA_ROLES]
    await ports.withRepository(repository, (kernel) => readRoles(kernel, { repository, names, served }))
  }
  return { facts, served }
}

async function readRoles(
  { top, role }: AuditedRepository,
  { repository, names, served }: { readonly repository: string; readonly names: readonly string[]; readonly served: TakenMetadata[] },
) {
  const roles = []
  // The chain of roots is the same everywhere, and stands in the log once.
  for (const { name, ...file } of top) served.push({ repository: name === 'root' ? '*' : repository, role: name, ...file })
  for (const name of names) {
    const found = await role(name)
    if (found === undefined) continue
    served.push({ repository, role: name, version: found.version, sha256: found.sha256 })
    roles.push(found)
  }
  return roles
}

/** Every entry, and the tree that they make: no tile that is served is believed. */
async function readAll(
  checkpoint: Checkpoint,
  ports: LogPorts,
): Promise<{ readonly written: readonly Uint8Array[]; readonly files: LogFiles }> {
  const { size, origin } = checkpoint
  const tiles = entryTiles({ start: 0, end: size })
  const bundles = await fetchTiles(tiles.map(tilePath), { maxBytes: BUNDLE_BYTES, origin }, ports)
  const written = tiles.flatMap((tile) => readEntries(tile, bundles))
  const empty = { root: rootOfEdge(0, new Map(), ports.sha256), files: new Map<string, Uint8Array>() }
  const tree = size === 0 ? empty : appendEntries({ size: 0, edge: new Map(), entries: written }, ports.sha256)
  if (areBytesEqual(tree.root, checkpoint.root)) return { written, files: tree.files }
  throw new Fault('trust/log', `Cannot trust the log: its ${size} entries do not make the tree that its checkpoint is of`, {
    in: origin,
    try: 'keep the checkpoint and the entries, tell the publisher and other readers',
  })
}
