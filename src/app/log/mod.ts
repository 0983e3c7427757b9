/** Reading a repository's public log: what a host checks before it takes anything. */
export { type LogQuestion, type TakenMetadata, checkLog } from './check-log.ts'
export type { LogPorts } from './ports.ts'
