import { Decoder, DecoderOptions, FlowControl, Formatter, FormatterSyntax, Instruction, OpKind } from 'iced-x86'
import { Fault } from '../base/mod.ts'

/** What kmend must know of x86-64: relocations, instruction boundaries, branches. Source: x86-64 psABI. */

export const R_X86_64 = {
  NONE: 0,
  ABS64: 1,
  PC32: 2,
  PLT32: 4,
  ABS32: 10,
  ABS32S: 11,
  PC64: 24,
} as const

interface RelocationKind {
  readonly name: string
  /** Bytes the relocation writes. */
  readonly size: number
  readonly isPcRelative: boolean
}

/** The relocation types that the kernel's module loader applies (arch/x86/kernel/module.c). */
const RELOCATIONS: ReadonlyMap<number, RelocationKind> = new Map([
  [R_X86_64.NONE, { name: 'R_X86_64_NONE', size: 0, isPcRelative: false }],
  [R_X86_64.ABS64, { name: 'R_X86_64_64', size: 8, isPcRelative: false }],
  [R_X86_64.PC32, { name: 'R_X86_64_PC32', size: 4, isPcRelative: true }],
  [R_X86_64.PLT32, { name: 'R_X86_64_PLT32', size: 4, isPcRelative: true }],
  [R_X86_64.ABS32, { name: 'R_X86_64_32', size: 4, isPcRelative: false }],
  [R_X86_64.ABS32S, { name: 'R_X86_64_32S', size: 4, isPcRelative: false }],
  [R_X86_64.PC64, { name: 'R_X86_64_PC64', size: 8, isPcRelative: true }],
])

/** Faults: elf/unsupported for a type that the kernel's loader does not apply. */
export function relocationKind(type: number, place: string): RelocationKind {
  const kind = RELOCATIONS.get(type)
  if (kind === undefined) {
    throw new Fault('elf/unsupported', `Cannot follow relocation type ${type}: the kernel's module loader does not apply it`, { in: place })
  }
  return kind
}

export interface MachineInstruction {
  /** Byte offset from the start of the code given. */
  readonly offset: number
  readonly length: number
  /** Whether it is a call or a jump to a fixed target (so that its relocation is no address that is kept). */
  readonly isDirectBranch: boolean
  /** Ends a straight run of code: an unconditional jump, a return, a trap. */
  readonly endsRun: boolean
  /** Offset that a direct near branch goes to, as encoded (meaningless under a relocation). */
  readonly branchTarget: number | undefined
  readonly isValid: boolean
}

/** Decodes code into instructions. Undecodable bytes come out as one-byte instructions that are not valid. */
export function decodeInstructions(code: Uint8Array): MachineInstruction[] {
  const decoder = new Decoder(64, code, DecoderOptions.None)
  const instructions: MachineInstruction[] = []
  // One for all: each has to be made and freed in the decoder's own memory.
  const instruction = new Instruction()
  try {
    for (let offset = 0; offset < code.length;) {
      decoder.decodeOut(instruction)
      const isValid = !instruction.isInvalid
      const length = Math.max(1, Math.min(instruction.length, code.length - offset))
      const flow = instruction.flowControl
      const isDirectBranch =
        isValid && (flow === FlowControl.Call || flow === FlowControl.UnconditionalBranch || flow === FlowControl.ConditionalBranch)
      const isNear = isDirectBranch && instruction.op0Kind === OpKind.NearBranch64
      instructions.push({
        offset,
        length,
        isDirectBranch,
        endsRun: flow === FlowControl.UnconditionalBranch || flow === FlowControl.IndirectBranch || flow === FlowControl.Return,
        branchTarget: isNear ? Number(BigInt.asIntN(64, instruction.nearBranch64)) : undefined,
        isValid,
      })
      offset += length
      if (isValid) continue
      decoder.position = offset
      decoder.ip = BigInt(offset)
    }
  } finally {
    instruction.free()
    decoder.free()
  }
  return instructions
}

/** One instruction as text, GNU syntax, for messages. */
export function formatInstruction(code: Uint8Array, address: bigint): string {
  const decoder = new Decoder(64, code, DecoderOptions.None)
  decoder.ip = address
  const formatter = new Formatter(FormatterSyntax.Gas)
  try {
    const instruction = decoder.decode()
    const text = instruction.isInvalid ? '(bad)' : formatter.format(instruction)
    instruction.free()
    return text
  } finally {
    formatter.free()
    decoder.free()
  }
}

/**
 * `mov $imm64,%reg`, whose immediate is at an offset, made into `mov variable(%rip),%reg` and a no-operation of three bytes: ten bytes as before, and
 * no flags are touched either way. Returns the new instruction and where in it the 32-bit field is; undefined when another instruction is there.
 */
export function loadInsteadOfImmediate(
  code: Uint8Array,
  immediateAt: number,
): { readonly at: number; readonly bytes: Uint8Array; readonly fieldAt: number; readonly type: number } | undefined {
  const at = immediateAt - 2
  const [prefix = 0, opcode = 0] = [code[at], code[at + 1]]
  if (at < 0 || immediateAt + 8 > code.length || (prefix & 0xfe) !== 0x48 || (opcode & 0xf8) !== 0xb8) return undefined
  // The register's high bit moves from REX.B, which extends an opcode's register, to REX.R, which extends ModRM.reg.
  const bytes = Uint8Array.of(0x48 | ((prefix & 1) << 2), 0x8b, 0x05 | ((opcode & 7) << 3), 0, 0, 0, 0, 0x0f, 0x1f, 0x00)
  return { at, bytes, fieldAt: 3, type: R_X86_64.PC32 }
}

/** Whether code begins with endbr64, without which an indirect call to it is stopped where indirect branch tracking is on. */
export function hasLandingPad(code: Uint8Array): boolean {
  return code[0] === 0xf3 && code[1] === 0x0f && code[2] === 0x1e && code[3] === 0xfa
}
