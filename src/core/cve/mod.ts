export { isAffected } from './affected.ts'
export { type KnownExploitedList, parseKnownExploited } from './known-exploited.ts'
export { type CveRecord, type CvssClaim, type KnownExploited, parseCveRecord } from './record.ts'
export { baseScore } from './score.ts'
