export { type RunPreMatch, matchRunPre } from './match.ts'
export type { Candidate, RunningObject } from './running-object.ts'
export { runningModule } from './running-module.ts'
export { runningVmlinux } from './running-vmlinux.ts'
