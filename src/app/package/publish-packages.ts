import { type PackageFormat, parseManifest } from '../../core/bundle/mod.ts'
import { type Package, metaPackages } from '../../core/package/mod.ts'
import type { PatchContents } from './contents.ts'
import { patchPackage } from './patch-package.ts'
import type { PackagePorts, RepositoryPorts } from './ports.ts'
import type { PackageRepository } from './repository.ts'

export interface PublishRequest {
  /** Bundles, or output folders of builds. */
  readonly patches: readonly string[]
  readonly repositories: readonly PackageRepository[]
  /** Seconds since 1970. */
  readonly epoch: number
  readonly agent: string
}

/**
 * Packs live patches, and for each flavour the package that follows its newest kernel, and indexes and signs the repositories that they go into. Packages that
 * are there stay. Returns the paths of what was packed. Faults: those of `readPatch`, bundle/damaged, tool/missing, tool/failed.
 */
export async function publishPackages(request: PublishRequest, ports: PackagePorts & RepositoryPorts): Promise<string[]> {
  const contents = await Promise.all(request.patches.map(ports.readPatch))
  const built: string[] = []
  for (const repository of request.repositories) {
    for (const wanted of await packagesOf(contents, repository.format, request, ports))
      built.push(await ports.build(wanted, repository, request.epoch))
    await ports.index(repository, request.epoch)
  }
  return built
}

async function packagesOf(
  contents: readonly PatchContents[],
  format: PackageFormat,
  { epoch, agent }: PublishRequest,
  ports: PackagePorts,
): Promise<Package[]> {
  const patches = await Promise.all(contents.map((one) => patchPackage(one, { epoch, format, agent }, ports)))
  const kernels = contents.map(({ manifest: text }) => {
    const { kernel, version = 1 } = parseManifest(text, 'manifest.json')
    return { release: kernel.release, kernelVersion: kernel.packageVersion, version }
  })
  return [...patches, ...metaPackages(kernels, format)]
}
