export {
  MANIFEST_SCHEMA,
  type Manifest,
  type ManifestFunction,
  type ManifestInputs,
  type ManifestObject,
  formatManifest,
  parseManifest,
} from './manifest.ts'
