import { entryTiles, tilePath } from '../../core/log/mod.ts'
import { type Area, LOG_CHECKPOINT, type Repository, areasOf, metadataFile, targetFile } from '../../core/trust/mod.ts'
import type { TakenMetadata } from '../log/mod.ts'
import { openLog } from './open-log.ts'
import type { RepoPorts, Source } from './ports.ts'
import { readNeeded } from './read-repository.ts'

/** What readers of a repository, as it was read, may ask for; paths below its address. */
export interface Contents {
  readonly targets: readonly TargetBytes[]
  /** Metadata files that the log has: roots, targets, roles. */
  readonly logged: readonly LoggedFile[]
  readonly snapshots: readonly string[]
}

export interface LoggedFile extends Omit<TakenMetadata, 'sha256'> {
  readonly path: string
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
    logged: areas.flatMap(({ path: area, targets, roles }) => {
      const own = Object.entries({ targets, ...roles }).map(([role, { signed }]) => ({ role, version: signed.version }))
      return [...roots.map((version) => ({ role: 'root', version })), ...own].map(({ role, version }) => ({
        repository: area,
        role,
        version,
        path: metadataFile(area, role, version),
      }))
    }),
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

/** The log as its newest checkpoint has it: the checkpoint, and every tile of its tree, as paths below the repository's address. Faults: trust/log, io/missing. */
export async function readLog(
  { root }: Repository,
  source: Source,
  means: Pick<RepoPorts, 'sha256' | 'keys'>,
): Promise<{ readonly checkpoint: Uint8Array; readonly size: number; readonly tiles: readonly string[] }> {
  const { origin, key: verifier } = root.signed.kmend.log
  const checkpoint = await readNeeded(LOG_CHECKPOINT, source)
  const { size } = openLog(checkpoint, { origin, verifier }, means)
  return { checkpoint, size, tiles: tilesOfLog(size) }
}

function tilesOfLog(size: number): string[] {
  const tiles = [...entryTiles({ start: 0, end: size })]
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / 256))
    tiles.push(...entryTiles({ start: 0, end: count }).map((tile) => ({ ...tile, level })))
  return tiles.map((tile) => `log/${tilePath(tile)}`)
}
