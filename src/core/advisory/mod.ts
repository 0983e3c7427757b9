export { type KernelKnowledge, type KnownPatch, collectVulnerabilities } from './collect-vulnerabilities.ts'
export { type CoveragePolicy, parseCoverage, planLifecycle } from './coverage.ts'
