import { Fault } from '../../core/base/mod.ts'
import {
  type Area,
  CATALOGUE,
  KERNELS_TARGET,
  type ListedKernel,
  type Metadata,
  type Quorum,
  type Repository,
  type Root,
  type Signed,
  type Snapshot,
  type Targets,
  type Timestamp,
  checkSignatures,
  delegatedQuorum,
  kernelRepository,
  metadataFile,
  parseKernels,
  parseMetadata,
  targetFile,
  topQuorum,
} from '../../core/trust/mod.ts'
import type { Readable, RepoPorts } from './ports.ts'

type Means = Pick<RepoPorts, 'sha256' | 'keys'> & { readonly store: Readable }

/** Which kernels are read: all that the catalogue lists, or some. */
export type Wanted = 'all' | readonly string[]

/** The newest of a repository, each signature checked from the first root on; expiry is not, a publisher must be able to renew. Faults: trust/*, repo/unknown. */
export async function readRepository(
  { fingerprint, wanted }: { readonly fingerprint: string; readonly wanted: Wanted },
  means: Means,
): Promise<Repository> {
  const roots = await readRoots({ path: CATALOGUE, fingerprint }, means)
  const root = roots.at(-1) as Metadata<Root>
  const catalogue = await readArea(CATALOGUE, root, means)
  const listed = await readListed(catalogue, means)
  const releases = listed.map(({ release }) => release).filter((release) => wanted === 'all' || wanted.includes(release))
  const areas = await mapLimited(releases, async (release) => [release, await readArea(kernelRepository(release), root, means)] as const)
  return { root, catalogue, listed, kernels: new Map(areas) }
}

/** The chain of roots of an area. Faults: trust/root, trust/metadata. */
export async function readRoots(
  { path, fingerprint }: { readonly path: string; readonly fingerprint: string },
  means: Means,
): Promise<Metadata<Root>[]> {
  const roots: Metadata<Root>[] = []
  for (let version = 1; ; version++) {
    const file = metadataFile(path, 'root', version)
    const bytes = await means.store.read(file)
    if (bytes === undefined) break
    if (version === 1 && means.sha256(bytes) !== fingerprint)
      throw new Fault('trust/root', `Cannot trust this repository: its first root is not ${fingerprint}`, {
        in: `${means.store.place}/${file}`,
      })
    const root = parseMetadata(textOf(bytes), 'root', file)
    for (const signer of [roots.at(-1) ?? root, root]) demand(root, topQuorum(signer.signed, 'root'), { file, means })
    if (root.signed.version !== version)
      throw new Fault('trust/root', `Cannot trust root ${version}: it says that it is ${root.signed.version}`, { in: file })
    roots.push(root)
  }
  if (roots.length === 0)
    throw new Fault('repo/unknown', `Cannot find a repository in ${means.store.place}`, { in: metadataFile(path, 'root', 1) })
  return roots
}

/** Faults: trust/*, io/missing. */
export async function readArea(path: string, root: Metadata<Root>, means: Means): Promise<Area> {
  const timestampFile = metadataFile(path, 'timestamp')
  const timestamp = await readSigned({ file: timestampFile, type: 'timestamp', path, quorum: topQuorum(root.signed, 'timestamp') }, means)
  const named = timestamp.signed.meta['snapshot.json']
  const snapshotFile = metadataFile(path, 'snapshot', named.version)
  if (means.sha256(await readNeeded(snapshotFile, means.store)) !== named.hashes.sha256)
    throw new Fault('trust/digest', 'Cannot trust this snapshot: it is not the one that the timestamp names', { in: snapshotFile })
  const snapshot = await readSigned({ file: snapshotFile, type: 'snapshot', path, quorum: topQuorum(root.signed, 'snapshot') }, means)
  const readTargets = (role: string, quorum: Quorum | undefined) => {
    const file = metadataFile(path, role, snapshot.signed.meta[`${role}.json`]?.version ?? 0)
    return readSigned({ file, type: 'targets', path, quorum }, means)
  }
  const targets = await readTargets('targets', topQuorum(root.signed, 'targets'))
  const names = Object.keys(snapshot.signed.meta)
    .map((file) => file.replace(/\.json$/, ''))
    .filter((name) => name !== 'targets')
  const roles = await Promise.all(
    names.map(async (name): Promise<[string, Metadata<Targets>]> => [
      name,
      await readTargets(name, delegatedQuorum(targets.signed.delegations, name)),
    ]),
  )
  return { path, timestamp, snapshot, targets, roles: Object.fromEntries(roles) }
}

interface SignedFile<T extends Signed['_type']> {
  readonly file: string
  readonly type: T
  /** Where it must belong. */
  readonly path: string
  readonly quorum: Quorum | undefined
}

/** A metadata file with the signatures that it needs, where it belongs. Faults: trust/*, io/missing. */
export async function readSigned<T extends 'timestamp' | 'snapshot' | 'targets'>(
  { file, type, path, quorum }: SignedFile<T>,
  means: Means,
) {
  const metadata = parseMetadata(textOf(await readNeeded(file, means.store)), type, file)
  if (quorum === undefined) throw new Fault('trust/delegation', `Cannot trust ${file}: nobody was given the say over it`, { in: file })
  demand(metadata, quorum, { file, means })
  const { repository } = (metadata.signed as Timestamp | Snapshot | Targets).kmend
  if (repository !== path) throw new Fault('trust/metadata', `Cannot trust ${file}: it belongs to ${repository}`, { in: file })
  return metadata
}

function demand(metadata: Metadata, quorum: Quorum, { file, means }: { readonly file: string; readonly means: Means }): void {
  const { count } = checkSignatures(metadata, quorum, means.keys.verify)
  if (count > 0)
    throw new Fault('trust/signature', `Cannot trust ${file}: it lacks ${count} of ${quorum.threshold} signatures`, { in: file })
}

async function readListed(catalogue: Area, { store, sha256 }: Means): Promise<readonly ListedKernel[]> {
  const target = catalogue.roles['kernels']?.signed.targets[KERNELS_TARGET]
  if (target === undefined) return []
  const file = targetFile(CATALOGUE, KERNELS_TARGET, target.hashes.sha256)
  const bytes = await readNeeded(file, store)
  if (sha256(bytes) !== target.hashes.sha256)
    throw new Fault('trust/digest', 'Cannot trust the list of kernels: it is not the one that was signed', { in: file })
  return parseKernels(textOf(bytes))
}

export async function readNeeded(path: string, store: Readable): Promise<Uint8Array> {
  const bytes = await store.read(path)
  if (bytes !== undefined) return bytes
  throw new Fault('io/missing', `Cannot find ${path} in the repository`, {
    in: store.place,
    try: 'kmend repo verify says all that is missing',
  })
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

const AT_ONCE = 8

/** So many at once, results in order. Where one fails no other is begun, and those under way end first: nothing is written once this has failed. */
export async function mapLimited<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const faults: unknown[] = []
  const work = async () => {
    for (const [index, item] of queue) {
      if (faults.length > 0) return
      try {
        results[index] = await act(item)
      } catch (fault) {
        faults.push(fault)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  if (faults.length > 0) throw faults[0]
  return results
}
