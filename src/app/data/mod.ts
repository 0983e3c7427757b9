export { makeLifecycle } from './make-lifecycle.ts'
export { type VulnerabilitiesRequest, makeVulnerabilities } from './make-vulnerabilities.ts'
export type { DataPorts } from './ports.ts'
