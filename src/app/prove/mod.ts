export type { Probe, ProbeResult } from './probe.ts'
export { type PatchProof, type ProvePorts, type ProveReport, type ProveRequest, prove } from './prove.ts'
export { type Subject, readSubject } from './subject.ts'
