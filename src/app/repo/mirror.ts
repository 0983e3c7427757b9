import {
  type Metadata,
  type Timestamp,
  LOG_CHECKPOINT,
  areasOf,
  formatMetadata,
  logLeaf,
  metadataFile,
  parseMetadata,
} from '../../core/trust/mod.ts'
import { Fault } from '../../core/base/mod.ts'
import { contentsOf, readLog } from './contents.ts'
import type { RepoPorts } from './ports.ts'
import { mapLimited, readNeeded, readRepository, textOf } from './read-repository.ts'

export interface MirrorRequest {
  readonly address: string
  readonly fingerprint: string
  readonly folder: string
  /** All of them when undefined. */
  readonly releases: readonly string[] | undefined
}

export interface Mirrored {
  readonly kernels: readonly string[]
  readonly targets: number
  readonly sizeBytes: number
  /** Until when hosts that were told that it is carried believe it. */
  readonly until: string
}

/** Makes a folder a copy of a repository, or brings one up to date: for its readers old or new at any instant, as publishing is. Faults: trust/*, fetch/*, repo/unknown. */
export async function mirrorRepository({ address, fingerprint, folder, releases }: MirrorRequest, ports: RepoPorts): Promise<Mirrored> {
  const source = ports.openSource(address)
  const store = ports.openStore(folder, folder)
  return store.withLock(async () => {
    const repository = await readRepository({ fingerprint, wanted: releases ?? 'all' }, { store: source, ...ports })
    const missing = (releases ?? []).filter((release) => !repository.kernels.has(release))
    if (missing.length > 0) throw unknownKernels(missing, address)
    const { targets, logged, snapshots } = contentsOf(repository)
    const areas = areasOf(repository)
    const carried = await mapLimited(areas, ({ path }) => readCarried(path))
    const offered = targets.filter(({ isRetracted }) => !isRetracted)
    await mapLimited(offered, ({ path, ...expected }) => source.bring(path, `${folder}/${path}`, expected))
    const log = await readLog(repository, source, ports)
    await mapLimited(log.tiles, copy)
    const leaves = await mapLimited(logged, async (file) => logLeaf(ports.sha256(await readNeeded(file, source))))
    await mapLimited([...new Set(leaves)], copy) // roots are the same in every area
    await store.put(LOG_CHECKPOINT, log.checkpoint)
    await mapLimited([...logged, ...snapshots], copy)
    for (const [at, area] of areas.entries()) {
      await putTimestamp(metadataFile(area.path, 'carried'), carried[at])
      await putTimestamp(metadataFile(area.path, 'timestamp'), area.timestamp)
    }
    const until = carried.map(({ signed }) => signed.expires).toSorted()[0] ?? ''
    return { kernels: [...repository.kernels.keys()], targets: offered.length, sizeBytes: sizeOf(offered), until }
  })

  async function readCarried(path: string): Promise<Metadata<Timestamp>> {
    const file = metadataFile(path, 'carried')
    return parseMetadata(textOf(await readNeeded(file, source)), 'timestamp', file)
  }

  async function copy(path: string): Promise<void> {
    // What has a name of its own never changes.
    if ((await store.size(path)) === undefined) await store.put(path, await readNeeded(path, source))
  }

  async function putTimestamp(file: string, timestamp: Metadata<Timestamp> | undefined): Promise<void> {
    if (timestamp !== undefined) await store.put(file, new TextEncoder().encode(formatMetadata(timestamp)))
  }
}

function sizeOf(files: readonly { readonly sizeBytes: number }[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

function unknownKernels(releases: readonly string[], address: string): Fault {
  return new Fault('repo/unknown', `Cannot copy what is not there: the repository has no ${releases.join(', ')}`, {
    in: address,
    try: 'kmend repo verify names the kernels that it has',
  })
}
