export { ADVISORY_SCHEMA, type Advisory, type AdvisoryCve, advisoryId, formatAdvisory, parseAdvisory } from './advisory.ts'
export { type Bundle, type BundleFile, findFile, readBundle, textOf, writeBundle } from './bundle.ts'
export { BUNDLE_SCHEMA, type BundleRole, isTitle } from './bundle-index.ts'
export { checkCumulative, checkSuccession, functionsGoingBack } from './cumulative.ts'
export type { Envelope } from './envelope.ts'
export { BUNDLE_KINDS, type BundleKind, suggestKind, suggestTitle } from './kind.ts'
export { type Digest, type LivepatchModule, checkIsOf, readLivepatchModule } from './livepatch-module.ts'
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
export { type PackageFormat, type PatchStage, formatPackageName, parsePackageName } from './package-name.ts'
export { RECIPE_SCHEMA, type Recipe, type RecipePatch, formatRecipe, parseRecipe, sourcesOf } from './recipe.ts'
export { PROOF_TYPE, type Proof, formatProof, makeProof, parseProof } from './proof.ts'
export { type Resource, type Statement, formatStatement, makeStatement, parseStatement } from './statement.ts'
