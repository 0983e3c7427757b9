export { type LogFinding, classifyLog } from './kernel-log.ts'
export { type LivepatchState, type PatchState, STATE_SCRIPT, parseState, unexpectedTaint } from './patch-state.ts'
