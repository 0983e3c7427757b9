export {
  ACTS,
  type Act,
  type BundleName,
  type Change,
  type Document,
  type NewFile,
  type Planned,
  type Refusal,
  type SnapshotFile,
  isDataRole,
  nextTimestamp,
} from './change.ts'
export { describeDifferences } from './differences.ts'
export { type ListedKernel, formatKernels, parseKernels } from './kernels.ts'
export type { VerifiedFile, VerifiedRepository, VerifiedRole, VerifiedTarget } from './verified.ts'
export {
  CATALOGUE,
  DATA_ROLES,
  KERNELS_TARGET,
  LIFECYCLE_TARGET,
  LOG_CHECKPOINT,
  LOG_WITNESSED,
  MAX_TARGETS,
  VULNERABILITIES_TARGET,
  bundleTarget,
  isPathPart,
  kernelRepository,
  logLeaf,
  metadataFile,
  targetFile,
} from './layout.ts'
export {
  type Delegations,
  type Key,
  type Metadata,
  type Root,
  type RoleKeys,
  type Signed,
  type Snapshot,
  type Targets,
  type Timestamp,
  TOP_ROLES,
  type TopRole,
  canonicalText,
  formatMetadata,
  parseMetadata,
} from './metadata.ts'
export { OFFER_SCHEMA, type Offer, type Retraction, type Urgency, formatOffer, parseOffer } from './offer.ts'
export { type DataFile, type DataWish, planData } from './plan-data.ts'
export { OTHER_ROLES, checkTiers, planInit } from './plan-init.ts'
export { type KeyWish, keysOfRole, planKeys, planLogKey, rolesOf } from './plan-keys.ts'
export { type RetractWish, planPromote, planRetract } from './plan-promote.ts'
export { type NewBundle, type PublishWish, planPublish } from './plan-publish.ts'
export { type Expiring, expiringBy, planRenew } from './plan-renew.ts'
export { formerQuorum, lackOf, newestRoot, quorumsOf } from './quorums.ts'
export {
  type Area,
  type Circumstances,
  type Lifetimes,
  type Repository,
  type TierOffer,
  areasOf,
  offersOf,
  releaseOf,
} from './repository.ts'
export {
  REQUEST_SCHEMA,
  type RequestedDocument,
  type SignRequest,
  changeId,
  formatRequest,
  mergeSignatures,
  parseRequest,
} from './request.ts'
export { type RootFacts, parseRootFacts } from './root.ts'
export { type Versions, findRollbacks, mergeVersions, versionsOf } from './seen.ts'
export { type Lack, type Quorum, type Verify, checkSignatures, delegatedQuorum, topQuorum } from './signatures.ts'
