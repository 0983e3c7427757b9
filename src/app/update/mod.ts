export type { UpdatePorts } from './ports.ts'
export { type UpdateRequest, nameOfUpdate } from './request.ts'
export { type UpdateOutcome, update } from './update.ts'
