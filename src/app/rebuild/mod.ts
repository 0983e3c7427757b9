export type { RebuildPorts } from './ports.ts'
export { type RebuildOutcome, type RebuildRequest, rebuild } from './rebuild.ts'
