export {
  CATALOGUE,
  DATA_ROLES,
  KERNELS_TARGET,
  LIFECYCLE_TARGET,
  LOG_CHECKPOINT,
  MAX_TARGETS,
  VULNERABILITIES_TARGET,
  bundleTarget,
  kernelRepository,
  logLeaf,
} from './layout.ts'
export { OFFER_SCHEMA, type Offer, type Retraction, type Urgency, formatOffer, parseOffer } from './offer.ts'
export { type RootFacts, parseRootFacts } from './root.ts'
