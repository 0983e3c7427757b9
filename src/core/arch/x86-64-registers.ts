import { type Instruction, type InstructionInfoFactory, InstructionInfoOptions, OpAccess, Register, RegisterExt } from 'iced-x86'

/** Registers that a call's arguments come in, in their order (System V ABI); more of them lie on the stack. */
export const ARGUMENTS: readonly Register[] = [Register.RDI, Register.RSI, Register.RDX, Register.RCX, Register.R8, Register.R9]

const WRITES: ReadonlySet<OpAccess> = new Set([OpAccess.Write, OpAccess.CondWrite, OpAccess.ReadWrite, OpAccess.ReadCondWrite])

/** The whole registers of which an instruction writes all or a part, perhaps. */
export function writtenBy(instruction: Instruction, factory: InstructionInfoFactory): Register[] {
  const info = factory.infoOptions(instruction, InstructionInfoOptions.NoMemoryUsage)
  const written = info.usedRegisters().flatMap((used) => {
    const { access, register } = used
    used.free()
    return WRITES.has(access) ? [RegisterExt.fullRegister(register)] : []
  })
  info.free()
  return written
}
