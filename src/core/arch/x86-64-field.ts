import { Decoder, DecoderOptions, InstructionInfoFactory, InstructionInfoOptions, MemorySizeExt, OpAccess, Register } from 'iced-x86'

/** What an instruction does with the address in one of its fields. */
export interface FieldUse {
  /** Reads what lies there, writes it (perhaps besides reading), or keeps the address itself. */
  readonly access: 'read' | 'write' | 'address'
  /** Whether a register is added, so that what lies there may be far from the address itself, `&table[-1]` included. */
  readonly isIndexed: boolean
  /** Bytes that are read or written there; 0 for an address that is kept. */
  readonly sizeBytes: number
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
      const { access, base, memorySize } = memory
      memory.free()
      return { access, base, sizeBytes: MemorySizeExt.size(memorySize) }
    })
    info.free()
    places.free()
    instruction.free()
    // `call *ops(%rip)` and `push` write to the stack as well.
    const there = isDisplacement ? accesses.filter(({ base }) => base !== Register.RSP) : []
    const used = there.filter(({ access }) => READS.has(access) || WRITES.has(access))
    const sizeBytes = Math.max(0, ...used.map((memory) => memory.sizeBytes))
    if (used.length === 0) return { access: 'address', isIndexed, sizeBytes }
    return { access: used.some(({ access }) => WRITES.has(access)) ? 'write' : 'read', isIndexed, sizeBytes }
  } finally {
    factory.free()
    decoder.free()
  }
}
