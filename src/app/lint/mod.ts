export { type LintKernel, type LintReport, type LintRequest, lint, openLintKernel } from './lint.ts'
export type { LintPorts } from './ports.ts'
