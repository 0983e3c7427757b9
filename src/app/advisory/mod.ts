export { composeDocument } from './compose.ts'
export type { AdvisoryPorts } from './ports.ts'
export { readNote } from './read-note.ts'
