export { type FileChange, type FunctionChange, type PatchedLine, changedFunctions, readChange } from './change.ts'
export { type CFile, readC } from './c-text.ts'
export { type Finding, type Review, SEVERITIES, type Severity } from './finding.ts'
export { RULES, namesToLookUp, reviewChange } from './review.ts'
