/** Reading a repository's public log: what a host checks before it takes anything, and what an auditor reads. */
export { type Audit, auditLog } from './audit.ts'
export { type LogQuestion, type TakenMetadata, checkGrown, checkLog } from './check-log.ts'
export type { AuditPorts, LogPorts } from './ports.ts'
