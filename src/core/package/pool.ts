import { type PackageFormat, type PatchStage, parsePackageName } from '../bundle/mod.ts'

/** A live patch that stands in a repository as a package. */
export interface PooledPatch {
  readonly release: string
  readonly stage: PatchStage
  readonly version: number
}

const FILE = { deb: /^([^_]+)_([^_]+)_[^_]+\.deb$/, rpm: /^(.+)-([^-]+)-[^-]+\.[^.]+\.rpm$/ } as const

/** The live patches among the files of a pool. */
export function readPool(files: readonly string[], format: PackageFormat): PooledPatch[] {
  return files.flatMap((file) => {
    const [, name = '', version = ''] = FILE[format].exec(file) ?? []
    const named = parsePackageName(name, format)
    return named === undefined || !/^[1-9]\d*$/.test(version) ? [] : [{ ...named, version: Number(version) }]
  })
}
