import { composeUpdate } from '../../core/advisory/mod.ts'
import { advisoryId, formatPackageName, parseManifest } from '../../core/bundle/mod.ts'
import { type PooledPatch, metaPackages, readPool } from '../../core/package/mod.ts'
import type { ReleasedPatch } from './contents.ts'
import { patchPackage, stageOf } from './patch-package.ts'
import type { PackagePorts, RepositoryPorts } from './ports.ts'
import type { PackageRepository } from './repository.ts'

export interface PublishRequest {
  /** Bundles, or output folders of builds; none to index and sign anew what is there. */
  readonly patches: readonly string[]
  readonly repositories: readonly PackageRepository[]
  /** Seconds since 1970. */
  readonly epoch: number
  readonly agent: string
}

type Ports = PackagePorts & RepositoryPorts

/**
 * Packs live patches, and for each flavour the package that follows its kernels, and indexes and signs the repositories that they go into. Packages that are there
 * stay, and count. Returns the paths of what was packed. Faults: those of `readPatch`, bundle/damaged, tool/missing, tool/failed.
 */
export async function publishPackages(request: PublishRequest, ports: Ports): Promise<string[]> {
  const patches = (await Promise.all(request.patches.map(ports.readPatch))).map((patch) => ({ patch, place: placeOf(patch) }))
  const built: string[] = []
  for (const repository of request.repositories) {
    const { format } = repository
    const pool = [...readPool(await ports.pool(repository), format), ...patches.map(({ place }) => place)]
    for (const { patch, place } of patches) {
      const hasInitial = pool.some(({ release, stage }) => release === place.release && stage === 'initial')
      const wanted = await patchPackage(patch, { epoch: request.epoch, format, agent: request.agent, hasInitial }, ports)
      built.push(await ports.build(wanted, repository, request.epoch))
      if (format === 'rpm' && place.stage === 'patch') await advise(patch, repository, request.epoch, ports)
    }
    const followers = patches.length === 0 ? [] : metaPackages(pool, format)
    for (const wanted of followers) built.push(await ports.build(wanted, repository, request.epoch))
    await ports.index(repository, request.epoch)
  }
  return built
}

function placeOf({ manifest: text }: ReleasedPatch): PooledPatch {
  const manifest = parseManifest(text, 'manifest.json')
  return { release: manifest.kernel.release, stage: stageOf(manifest), version: manifest.version ?? 1 }
}

/** dnf and zypper read advisories from the index of packages; apt has none. */
async function advise(patch: ReleasedPatch, repository: PackageRepository, epoch: number, ports: Ports): Promise<void> {
  const manifest = parseManifest(patch.manifest, 'manifest.json')
  const name = formatPackageName(manifest.kernel.release, 'rpm')
  await ports.advise(repository, advisoryId(manifest), composeUpdate({ ...patch, manifest }, { package: name, issuedMs: epoch * 1000 }))
}
