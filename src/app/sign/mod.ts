export type { SignPorts } from './ports.ts'
export { type SignOutcome, signLivepatch } from './sign.ts'
