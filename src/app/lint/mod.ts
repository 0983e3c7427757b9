export { type LintReport, type LintRequest, lint } from './lint.ts'
export type { LintPorts } from './ports.ts'
