export { AGENT, MAINTAINER, type Package, type PackageFile, type PackageTree, formatChangelog } from './package.ts'
export { flavourOf, metaPackages } from './meta-package.ts'
export { type PooledPatch, readPool } from './pool.ts'
