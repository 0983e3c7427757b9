import type { Package } from '../../core/package/mod.ts'
import type { ReleasedPatch } from './contents.ts'
import type { PackageRepository } from './repository.ts'

/** What making packages needs from the world. */
export interface PackagePorts {
  readonly readText: (path: string) => Promise<string>
  readonly readBytes: (path: string) => Promise<Uint8Array>
  /** What a package's scripts do, in shell: packaging/patch. */
  readonly script: (name: 'apply' | 'remove') => Promise<string>
  /** As `gzip -9n`: no name, no time. */
  readonly compress: (text: string) => Uint8Array
}

/** What keeping repositories of packages needs beyond that. */
export interface RepositoryPorts {
  /** A bundle, or the output folder of a build. */
  readonly readPatch: (path: string) => Promise<ReleasedPatch>
  /** What the files of its packages are called; empty where there are none yet. */
  readonly pool: (repository: PackageRepository) => Promise<string[]>
  /** Builds a package into a repository; returns its path. */
  readonly build: (wanted: Package, repository: PackageRepository, epoch: number) => Promise<string>
  /** Puts what one live patch's users are told beside the packages, by its id; the next index has it. */
  readonly advise: (repository: PackageRepository, id: string, update: string) => Promise<void>
  /** Writes and signs the index of all packages of a repository. */
  readonly index: (repository: PackageRepository, epoch: number) => Promise<void>
}
