export {
  R_X86_64,
  decodeInstructions,
  formatInstruction,
  hasLandingPad,
  loadInsteadOfImmediate,
  relocationKind,
  type MachineInstruction,
} from './x86-64.ts'
export { type ConstantArguments, constantArguments } from './x86-64-arguments.ts'
export { fieldUse, type FieldUse } from './x86-64-field.ts'
export { type Jump, endOfNops, readJump } from './x86-64-jump.ts'
export { type AddressUse, followAddress, isAddressKept } from './x86-64-kept.ts'
export { readKeysInstead } from './x86-64-keys.ts'
