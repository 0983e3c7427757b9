/** Reading a repository's public log: what a host checks before it takes anything, what an auditor reads, and what a witness vouches for. */
export { type Audit, auditLog } from './audit.ts'
export { type LogAnswer, type LogQuestion, type TakenMetadata, checkGrown, checkLog } from './check-log.ts'
export type { AuditPorts, LogPorts, WitnessKey, WitnessPorts } from './ports.ts'
export { type CosignedLog, cosignLog } from './witness.ts'
export { type Demand, fetchSeen, listWitnesses, parseDemand, type Seen, seenBy, sizeSeen, type Witness } from './witnesses.ts'
