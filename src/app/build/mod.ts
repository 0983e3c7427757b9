export { type BuildOutcome, build } from './build.ts'
export type { BuildPorts, CompileJob, CompileResult } from './ports.ts'
export { formatRefusal } from './report.ts'
export { type BuildRequest, checkName, nameOfPatch } from './request.ts'
