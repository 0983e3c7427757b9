export { type Built, originFiles, readBuilt } from './built.ts'
export { type BundleRequest, type MadeBundle, makeBundle } from './make-bundle.ts'
export type { BundlePorts } from './ports.ts'
export { type BundleSummary, readSummary } from './summary.ts'
