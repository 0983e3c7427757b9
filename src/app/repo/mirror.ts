import {
  type Area,
  type Metadata,
  type Repository,
  type Timestamp,
  type Versions,
  LOG_CHECKPOINT,
  LOG_WITNESSED,
  areasOf,
  canonicalText,
  findRollbacks,
  formatMetadata,
  logLeaf,
  metadataFile,
  parseMetadata,
  topQuorum,
} from '../../core/trust/mod.ts'
import { checkLog } from '../log/mod.ts'
import { Fault, bytesFromUtf8 } from '../../core/base/mod.ts'
import { formatWitnessed, parseWitnessed } from '../../core/log/mod.ts'
import { contentsOf, readLog } from './contents.ts'
import { logPorts } from './open-log.ts'
import type { RepoPorts } from './ports.ts'
import { mapLimited, readNeeded, readRepository, readSigned, textOf } from './read-repository.ts'

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
    const rollbacks = findRollbacks(await versionsOfCopy(areas), repository)
    if (rollbacks.length > 0) throw wentBack(rollbacks, { address, folder })
    await checkLog({ log: repository.root.signed.kmend.log, kept: await store.read(LOG_CHECKPOINT), taken: [] }, logPorts(source, ports))
    const carried = await mapLimited(areas, (area) => readCarried(area, repository))
    const offered = targets.filter(({ isRetracted }) => !isRetracted)
    await mapLimited(offered, ({ path, ...expected }) => source.bring(path, `${folder}/${path}`, expected))
    // Before the log: so the copy has all that witnesses have seen.
    const witnessed = await source.read(LOG_WITNESSED)
    const log = await readLog(repository, source, ports)
    await mapLimited(log.tiles, copy)
    const leaves = await mapLimited(logged, async ({ path }) => logLeaf(ports.sha256(await readNeeded(path, source))))
    await mapLimited([...new Set(leaves)], copy) // roots are the same in every area
    await store.put(LOG_CHECKPOINT, log.checkpoint)
    if (witnessed !== undefined) await store.put(LOG_WITNESSED, bytesFromUtf8(formatWitnessed(parseWitnessed(witnessed, LOG_WITNESSED))))
    await mapLimited([...logged.map(({ path }) => path), ...snapshots], copy)
    for (const [at, area] of areas.entries()) {
      await putTimestamp(metadataFile(area.path, 'carried'), carried[at])
      await putTimestamp(metadataFile(area.path, 'timestamp'), area.timestamp)
    }
    const until = carried.map(({ signed }) => signed.expires).toSorted()[0] ?? ''
    return { kernels: [...repository.kernels.keys()], targets: offered.length, sizeBytes: sizeOf(offered), until }
  })

  /** What is here already, believed as it is: that nobody takes it back is for the copy's own good. */
  async function versionsOfCopy(areas: readonly Area[]): Promise<Versions> {
    const found = await mapLimited(areas, async ({ path }) => {
      const file = metadataFile(path, 'timestamp')
      const bytes = await store.read(file)
      if (bytes === undefined) return []
      const { version, meta } = parseMetadata(textOf(bytes), 'timestamp', file).signed
      return [[path, { timestamp: version, snapshot: meta['snapshot.json'].version }] as const]
    })
    return Object.fromEntries(found.flat())
  }

  /** Faults: trust/signature, trust/metadata; fetch/unreachable when a publication is between the two timestamps. */
  async function readCarried({ path, timestamp }: Area, { root }: Repository): Promise<Metadata<Timestamp>> {
    const file = metadataFile(path, 'carried')
    const carried = await readSigned(
      { file, type: 'timestamp', path, quorum: topQuorum(root.signed, 'timestamp') },
      { store: source, ...ports },
    )
    if (carried.signed.kmend.carried !== true)
      throw new Fault('trust/metadata', `Cannot copy ${file}: it is no timestamp for copies`, { in: `${source.place}/${file}` })
    if (canonicalText(carried.signed.meta) === canonicalText(timestamp?.signed.meta ?? {})) return carried
    throw new Fault('fetch/unreachable', `Cannot copy ${path}: it is being changed just now`, {
      in: `${source.place}/${file}`,
      try: 'run the same command again; where it stays so, a publication was interrupted: kmend repo refresh goes through with it',
    })
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

function wentBack(rollbacks: readonly string[], { address, folder }: { readonly address: string; readonly folder: string }): Fault {
  return new Fault(
    'trust/rollback',
    `Cannot bring this copy up to date: what it is made from is behind it${rollbacks.map((line) => `\n  - ${line}`).join('')}`,
    {
      in: `${address} → ${folder}`,
      try: 'tell the publisher; another folder takes a copy of what is there',
    },
  )
}

function unknownKernels(releases: readonly string[], address: string): Fault {
  return new Fault('repo/unknown', `Cannot copy what is not there: the repository has no ${releases.join(', ')}`, {
    in: address,
    try: 'kmend repo verify names the kernels that it has',
  })
}
