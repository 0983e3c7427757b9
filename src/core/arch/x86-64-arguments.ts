import {
  Decoder,
  DecoderOptions,
  FlowControl,
  type Instruction,
  InstructionInfoFactory,
  Mnemonic,
  OpKind,
  type Register,
  RegisterExt,
} from 'iced-x86'
import { ARGUMENTS, writtenBy } from './x86-64-registers.ts'

/** Numbers by rank of the argument that they are; an argument that is no constant is not among them. */
export type ConstantArguments = ReadonlyMap<number, number>

/**
 * The constants that code passes, by the byte offset of the field that says what is called. `relocated` are fields of addresses, which are no numbers. What is
 * loaded on the way to a place that a jump leads to is forgotten there.
 */
export function constantArguments(code: Uint8Array, relocated: ReadonlySet<number>): Map<number, ConstantArguments> {
  const decoder = new Decoder(64, code, DecoderOptions.None)
  const factory = new InstructionInfoFactory()
  const reader = new Reader(decoder, factory, relocated)
  try {
    const targets = reader.targets()
    return reader.read(targets)
  } finally {
    factory.free()
    decoder.free()
  }
}

class Reader {
  readonly #decoder: Decoder
  readonly #factory: InstructionInfoFactory
  readonly #relocated: ReadonlySet<number>
  readonly #constants = new Map<Register, number>()

  constructor(decoder: Decoder, factory: InstructionInfoFactory, relocated: ReadonlySet<number>) {
    this.#decoder = decoder
    this.#factory = factory
    this.#relocated = relocated
  }

  targets(): Set<number> {
    const targets = new Set<number>()
    this.#each((instruction) => targets.add(Number(instruction.nearBranchTarget)))
    return targets
  }

  read(targets: ReadonlySet<number>): Map<number, ConstantArguments> {
    const found = new Map<number, ConstantArguments>()
    this.#each((instruction, at) => {
      const end = at + instruction.length
      if (targets.has(at)) this.#constants.clear()
      if (instruction.flowControl !== FlowControl.Next) found.set(end - RELATIVE, this.#passed())
      if (instruction.flowControl === FlowControl.ConditionalBranch) return
      // A call leaves no register of an argument as it is.
      if (instruction.flowControl === FlowControl.Next) this.#load(instruction, at)
      else this.#constants.clear()
    })
    return found
  }

  #each(look: (instruction: Instruction, at: number) => void): void {
    this.#decoder.position = 0
    this.#decoder.ip = 0n
    while (this.#decoder.canDecode) {
      const at = this.#decoder.position
      const instruction = this.#decoder.decode()
      look(instruction, at)
      instruction.free()
    }
  }

  #passed(): ConstantArguments {
    return new Map(
      ARGUMENTS.flatMap((register, rank) => {
        const value = this.#constants.get(register)
        return value === undefined ? [] : [[rank, value] as const]
      }),
    )
  }

  #load(instruction: Instruction, at: number): void {
    for (const register of writtenBy(instruction, this.#factory)) this.#constants.delete(register)
    const { mnemonic, op0Kind, op1Kind, length } = instruction
    const isImmediate = op1Kind === OpKind.Immediate32 || op1Kind === OpKind.Immediate32to64
    if (mnemonic !== Mnemonic.Mov || op0Kind !== OpKind.Register || !isImmediate || this.#relocated.has(at + length - RELATIVE)) return
    this.#constants.set(RegisterExt.fullRegister(instruction.op0Register), Number(instruction.immediate(1)))
  }
}

/** Bytes of the field that ends a branch, or an instruction with an immediate of 32 bits. */
const RELATIVE = 4
