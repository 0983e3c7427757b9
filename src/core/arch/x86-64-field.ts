import { Decoder, DecoderOptions, InstructionInfoFactory, InstructionInfoOptions, OpAccess, Register } from 'iced-x86'

/** What an instruction does with the address in one of its fields. */
export interface FieldUse {
  /** Reads what lies there, writes it (perhaps besides reading), or keeps the address itself. */
  readonly access: 'read' | 'write' | 'address'
  /** Whether a register is added, so that what lies there may be far from the address itself, `&table[-1]` included. */
  readonly isIndexed: boolean
}

const READS: ReadonlySet<OpAccess> = new Set([OpAccess.Read, OpAccess.CondRead])
const WRITES: ReadonlySet<OpAccess> = new Set([OpAccess.Write, OpAccess.CondWrite, OpAccess.ReadWrite, OpAccess.ReadCondWrite])

/** How one instruction uses its field at `fieldOffset` (bytes from its start, where a relocation writes). An immediate is an address that is kept. */
export function fieldUse(code: Uint8Array, fieldOffset: number): FieldUse {
  const decoder = new Decoder(64, code, DecoderOptions.None)
  const factory = new InstructionInfoFactory()
  try {
    const instruction = decoder.decode()
    const places = decoder.getConstantOffsets(instruction)
    const isDisplacement = places.hasDisplacement && places.displacementOffset === fieldOffset
    const registers: readonly Register[] = [instruction.memoryBase, instruction.memoryIndex]
    const isIndexed = isDisplacement && registers.some((register) => register !== Register.None && register !== Register.RIP)
    const info = factory.infoOptions(instruction, InstructionInfoOptions.NoRegisterUsage)
    const accesses = info.usedMemory().map((memory) => {
      const { access } = memory
      memory.free()
      return access
    })
    info.free()
    places.free()
    instruction.free()
    if (!isDisplacement) return { access: 'address', isIndexed }
    if (accesses.some((access) => WRITES.has(access))) return { access: 'write', isIndexed }
    return { access: accesses.some((access) => READS.has(access)) ? 'read' : 'address', isIndexed }
  } finally {
    factory.free()
    decoder.free()
  }
}
