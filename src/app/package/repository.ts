import type { PackageFormat } from '../../core/bundle/mod.ts'

/** A repository of packages: a folder that a web server serves. */
export interface PackageRepository {
  readonly format: PackageFormat
  readonly folder: string
}
