export { checkCumulative, checkSuccession, functionsGoingBack } from './cumulative.ts'
export type { Envelope } from './envelope.ts'
export {
  type DroppedFix,
  MANIFEST_SCHEMA,
  type Manifest,
  type ManifestChange,
  type ManifestData,
  type ManifestFunction,
  type ManifestInputs,
  type ManifestObject,
  formatManifest,
  parseManifest,
} from './manifest.ts'
export { type PackageFormat, formatPackageName, parsePackageName } from './package-name.ts'
