export { type BlockingTask, functionOfFrame, parseStack, patchedOnStack, suggestFor } from './blocking-task.ts'
export type { Candidate, CandidatePromise } from './candidate.ts'
export { earlyPatches, formatPermit, parseEarly } from './boot-permit.ts'
export { CHECK_EXIT, type CheckFacts, type CheckFinding, type CheckLevel, type HostCheck, checkHost } from './check-host.ts'
export { checkApplied, checkNothingLeft, functionsOf } from './check-state.ts'
export { type Finding, examineHost } from './doctor.ts'
export type { DoctorFacts, HeldFunction, WantedPatch } from './doctor-facts.ts'
export { type ProcessHome, parseControlGroup } from './control-group.ts'
export { type Actor, type HistoryAct, type HistoryEntry, type ReadHistory, formatEntry, readHistory } from './history.ts'
export {
  type Announced,
  EMPTY_RECORD,
  type HeardRetraction,
  type HostRecord,
  type ImageRecord,
  type PatchRecord,
  type Standing,
  accept,
  beginTrial,
  findPatch,
  formatRecord,
  parseRecord,
  quarantine,
  leaveQuarantine,
  setAside,
  withPatch,
} from './host-record.ts'
export { type SeenTask, parseSeenTask, placeOfTask } from './inside-module.ts'
export { type InstalledKernel, compareKernels, newerKernel, packageVersionIn } from './installed-kernel.ts'
export { JOURNAL_SCHEMA, type Journal, type Recovery, parseJournal, planRecovery } from './journal.ts'
export { type KernelFacts, type LoadedModule, type Mode, modeOf } from './kernel-facts.ts'
export {
  type Coverage,
  type CoverageNotice,
  LIFECYCLE_SCHEMA,
  type Lifecycle,
  coverageOf,
  isEndNear,
  isSameDay,
  noticeOf,
  parseLifecycle,
} from './lifecycle.ts'
export { type LogFinding, classifyLog } from './kernel-log.ts'
export { type LivepatchState, type PatchState, STATE_SCRIPT, parseState, unexpectedTaint } from './patch-state.ts'
export { type FixingPatch, type KernelPackage, type OpenVex, type VexAttestation, attestVex, composeVex, packageUrl } from './openvex.ts'
export { type ApplyPlan, type ApplyWish, inForce, planApply } from './plan-apply.ts'
export { type ImageWish, planImages, withImage } from './plan-images.ts'
export { type PackagedFacts, type PackagedPatch, duePackaged } from './plan-packaged.ts'
export { type BootFacts, type BootPlan, acceptedFor, endRestore, planBoot } from './plan-boot.ts'
export { type MetricFamily, type Sample, formatOpenMetrics } from './open-metrics.ts'
export { type PendingFix, pendingFixes } from './pending-fixes.ts'
export { type KernelChoice, type KernelOutlook, coveredLonger, kernelChoices, outlookOf } from './kernel-choice.ts'
export { type PastTrouble, lastTrouble } from './past-trouble.ts'
export { editPolicy } from './edit-policy.ts'
export { DEFAULT_SETTINGS, type Setting, type SettingValue, formatSetting, listSettings, parseSetting } from './policy-settings.ts'
export { DEFAULT_POLICY, type Policy, parsePolicy, parseTime } from './policy.ts'
export { ROUND_SCHEMA, type Round, formatRound, parseRound } from './round.ts'
export { type LoadRefusal, explainRefusal, isAboutSignature } from './refusal.ts'
export { type PatchSide, type Straggler, formatStraggler, parseStragglers, stragglerScript } from './straggler.ts'
export { isCheckDue } from './check-schedule.ts'
export { type Offered, formatRetraction, heedOffers, isBarred, isOfferOf, keepsUnlisted, otherKernels } from './retractions.ts'
export {
  type Check,
  type Followed,
  type Following,
  NOTHING_KNOWN,
  afterCheck,
  checkClock,
  formatFollowed,
  formatFollowing,
  isFingerprint,
  parseFollowed,
  parseFollowing,
  type Witnesses,
} from './following.ts'
export { type FollowAct, type FollowPlan, formatDecision, planFollow } from './plan-follow.ts'
export { versionBefore } from './version-before.ts'
export type { Zone } from './window.ts'
