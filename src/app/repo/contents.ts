import { type LogEntry, checkInclusion, entryTiles, parseEntry, parseLeaf, tilePath, tilesForInclusion } from '../../core/log/mod.ts'
import { Fault } from '../../core/base/mod.ts'
import { type Area, LOG_CHECKPOINT, type Repository, areasOf, logLeaf, metadataFile, targetFile } from '../../core/trust/mod.ts'
import { openLog } from './open-log.ts'
import type { RepoPorts, Source } from './ports.ts'
import { readNeeded } from './read-repository.ts'

/** What readers of a repository, as it was read, may ask for; paths below its address. */
export interface Contents {
  readonly targets: readonly TargetBytes[]
  /** Metadata files that the log has: roots, targets, roles. */
  readonly logged: readonly string[]
  readonly snapshots: readonly string[]
}

export interface TargetBytes {
  readonly path: string
  readonly sha256: string
  readonly sizeBytes: number
  /** Nobody may apply it: its bytes may be gone. */
  readonly isRetracted: boolean
}

export function contentsOf(repository: Repository): Contents {
  const areas = areasOf(repository)
  const roots = Array.from({ length: repository.root.signed.version }, (_, at) => at + 1)
  return {
    targets: areas.flatMap(targetsOfArea),
    logged: areas.flatMap(({ path, targets, roles }) => [
      ...roots.map((version) => metadataFile(path, 'root', version)),
      ...Object.entries({ targets, ...roles }).map(([role, { signed }]) => metadataFile(path, role, signed.version)),
    ]),
    snapshots: areas.map(({ path, snapshot }) => metadataFile(path, 'snapshot', snapshot.signed.version)),
  }
}

function targetsOfArea({ path, roles }: Area): TargetBytes[] {
  return Object.values(roles).flatMap(({ signed }) =>
    Object.entries(signed.targets).map(([target, { length, hashes, custom }]) => {
      const offer = custom?.kmend as { readonly retracted?: unknown } | undefined
      const isRetracted = offer?.retracted !== undefined
      return { path: targetFile(path, target, hashes.sha256), sha256: hashes.sha256, sizeBytes: length, isRetracted }
    }),
  )
}

type Means = Pick<RepoPorts, 'sha256' | 'keys'>

export interface OpenedLog {
  readonly checkpoint: Uint8Array
  readonly size: number
  /** The entry of a metadata file. Faults: trust/log. */
  readonly entryOf: (metadata: Uint8Array) => Promise<LogEntry>
  /** Every tile of the tree, as paths below the repository's address. */
  readonly tiles: readonly string[]
}

/** The log as its newest checkpoint has it. Faults: trust/log, io/missing. */
export async function readLog({ root }: Repository, source: Source, means: Means): Promise<OpenedLog> {
  const { origin, key: verifier } = root.signed.kmend.log
  const bytes = await readNeeded(LOG_CHECKPOINT, source)
  const checkpoint = openLog(bytes, { origin, verifier }, means)
  const digest = (content: Uint8Array) => Uint8Array.fromHex(means.sha256(content))
  const tiles = new Map<string, Uint8Array>()
  return {
    checkpoint: bytes,
    size: checkpoint.size,
    tiles: tilesOfLog(checkpoint.size),
    async entryOf(metadata) {
      const sha256 = means.sha256(metadata)
      const path = logLeaf(sha256)
      const { index, entry } = parseLeaf(await readNeeded(path, source), path)
      for (const tile of tilesForInclusion(index, checkpoint.size))
        if (!tiles.has(tile)) tiles.set(tile, await readNeeded(`log/${tile}`, source))
      checkInclusion({ entry, index, checkpoint, files: tiles }, digest)
      const parsed = parseEntry(entry, path)
      if (parsed.sha256 === sha256) return parsed
      throw new Fault('trust/log', 'Cannot trust the log: it names another file where this one should be', {
        in: path,
        try: 'tell the publisher',
      })
    },
  }
}

function tilesOfLog(size: number): string[] {
  const tiles = [...entryTiles({ start: 0, end: size })]
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / 256))
    tiles.push(...entryTiles({ start: 0, end: count }).map((tile) => ({ ...tile, level })))
  return tiles.map((tile) => `log/${tilePath(tile)}`)
}
