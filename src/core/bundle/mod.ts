export {
  MANIFEST_SCHEMA,
  type Manifest,
  type ManifestData,
  type ManifestFunction,
  type ManifestInputs,
  type ManifestObject,
  formatManifest,
  parseManifest,
} from './manifest.ts'
