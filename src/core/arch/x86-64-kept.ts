import {
  ConditionCode,
  Decoder,
  DecoderOptions,
  FlowControl,
  type Instruction,
  InstructionInfoFactory,
  InstructionInfoOptions,
  Mnemonic,
  OpAccess,
  OpKind,
  Register,
  RegisterExt,
} from 'iced-x86'

/** Enough for every place that a loaded address gets to in a function that people write; what goes on for longer is taken to keep it. */
const MOST_STEPS = 4000

/** Registers that a call leaves undefined (System V ABI). */
const CALLER_SAVED: readonly Register[] = [
  Register.RAX,
  Register.RCX,
  Register.RDX,
  Register.RSI,
  Register.RDI,
  Register.R8,
  Register.R9,
  Register.R10,
  Register.R11,
]

const STORES: ReadonlySet<Mnemonic> = new Set([Mnemonic.Mov, Mnemonic.Xchg, Mnemonic.Cmpxchg])

/** After these a register still points into what it pointed into. */
const ADVANCES: ReadonlySet<Mnemonic> = new Set([Mnemonic.Add, Mnemonic.Inc, Mnemonic.Dec])

const WRITES: ReadonlySet<OpAccess> = new Set([OpAccess.Write, OpAccess.CondWrite, OpAccess.ReadWrite, OpAccess.ReadCondWrite])

/**
 * Whether code puts the address in a field into memory other than its own stack frame, as it is or moved on, or compares it with what it has got: somebody
 * may hold that address. `instructionAt` and `fieldAt` are byte offsets. It is followed through registers along the code's own jumps; not through
 * the stack frame, and not into calls, which take a table for as long as they run.
 */
export function isAddressKept(code: Uint8Array, instructionAt: number, fieldAt: number): boolean {
  const decoder = new Decoder(64, code, DecoderOptions.None)
  const factory = new InstructionInfoFactory()
  const walker = new Walker(decoder, factory, code.length)
  try {
    return walker.begins(instructionAt, fieldAt) || walker.goesOn()
  } finally {
    factory.free()
    decoder.free()
  }
}

/** Where the code goes on, and the registers that hold the address there. */
interface Point {
  readonly at: number
  readonly holders: ReadonlySet<Register>
}

class Walker {
  readonly #decoder: Decoder
  readonly #factory: InstructionInfoFactory
  readonly #size: number
  readonly #pending: Point[] = []

  constructor(decoder: Decoder, factory: InstructionInfoFactory, size: number) {
    this.#decoder = decoder
    this.#factory = factory
    this.#size = size
  }

  /** The instruction with the field itself. */
  begins(instructionAt: number, fieldAt: number): boolean {
    return this.#at(instructionAt, (instruction) => {
      const places = this.#decoder.getConstantOffsets(instruction)
      const isDisplacement = places.hasDisplacement && places.displacementOffset === fieldAt - instructionAt
      places.free()
      const { mnemonic } = instruction
      if (!isDisplacement && (mnemonic === Mnemonic.Cmp || isStore(instruction))) return true
      const isLoad = isDisplacement ? mnemonic === Mnemonic.Lea : mnemonic === Mnemonic.Mov || mnemonic === Mnemonic.Add
      if (isLoad && instruction.op0Kind === OpKind.Register) {
        const holder = RegisterExt.fullRegister(instruction.op0Register)
        this.#pending.push({ at: instructionAt + instruction.length, holders: new Set([holder]) })
      }
      return false
    })
  }

  goesOn(): boolean {
    const seen = new Set<string>()
    for (let point = this.#pending.pop(); point !== undefined; point = this.#pending.pop()) {
      const key = [point.at, ...[...point.holders].toSorted((a, b) => a - b)].join(' ')
      if (point.holders.size === 0 || point.at < 0 || point.at >= this.#size || seen.has(key)) continue
      seen.add(key)
      if (seen.size > MOST_STEPS || this.#step(point)) return true
    }
    return false
  }

  #step({ at, holders }: Point): boolean {
    return this.#at(at, (instruction) => {
      const isHeld = (register: Register) => holders.has(register)
      if (isStore(instruction) && isHeld(instruction.op1Register)) return true
      if (instruction.mnemonic === Mnemonic.Cmp && isHeldAgainstMemory(instruction, isHeld)) return true
      const next = { at: at + instruction.length, holders: this.#after(instruction, holders) }
      const target = Number(instruction.nearBranchTarget)
      switch (instruction.flowControl) {
        case FlowControl.Next:
        case FlowControl.Call:
        case FlowControl.IndirectCall:
          this.#pending.push(next)
          break
        case FlowControl.ConditionalBranch:
          this.#pending.push(next, { at: target, holders })
          break
        case FlowControl.UnconditionalBranch:
          // One that a relocation fills in, to another function, seems to lead to what follows it.
          if (target !== next.at) this.#pending.push({ at: target, holders })
          break
        default:
      }
      return false
    })
  }

  #after(instruction: Instruction, holders: ReadonlySet<Register>): Set<Register> {
    const after = new Set(holders)
    const { flowControl, mnemonic } = instruction
    if (flowControl === FlowControl.Call || flowControl === FlowControl.IndirectCall) {
      for (const register of CALLER_SAVED) after.delete(register)
      return after
    }
    if (!ADVANCES.has(mnemonic)) {
      const isKeptToo = (register: Register) => isConditionalMove(instruction) && register === instruction.op0Register
      for (const register of this.#writtenBy(instruction)) if (!isKeptToo(register)) after.delete(register)
    }
    if (instruction.op0Kind === OpKind.Register && isPassedOn(instruction, holders)) after.add(instruction.op0Register)
    return after
  }

  #writtenBy(instruction: Instruction): Register[] {
    const info = this.#factory.infoOptions(instruction, InstructionInfoOptions.NoMemoryUsage)
    const written = info.usedRegisters().flatMap((used) => {
      const { access, register } = used
      used.free()
      return WRITES.has(access) ? [RegisterExt.fullRegister(register)] : []
    })
    info.free()
    return written
  }

  #at<T>(offset: number, look: (instruction: Instruction) => T): T {
    this.#decoder.position = offset
    this.#decoder.ip = BigInt(offset)
    const instruction = this.#decoder.decode()
    try {
      return look(instruction)
    } finally {
      instruction.free()
    }
  }
}

/** Into memory that is not the function's own stack frame. */
function isStore({ mnemonic, op0Kind, memoryBase }: Instruction): boolean {
  return STORES.has(mnemonic) && op0Kind === OpKind.Memory && memoryBase !== Register.RSP
}

/** Two registers are compared where a loop through a table ends. */
function isHeldAgainstMemory(instruction: Instruction, isHeld: (register: Register) => boolean): boolean {
  const { op0Kind, op1Kind, memoryBase } = instruction
  if (memoryBase === Register.RSP) return false
  return (
    (op0Kind === OpKind.Memory && op1Kind === OpKind.Register && isHeld(instruction.op1Register)) ||
    (op1Kind === OpKind.Memory && op0Kind === OpKind.Register && isHeld(instruction.op0Register))
  )
}

function isPassedOn(instruction: Instruction, holders: ReadonlySet<Register>): boolean {
  const { mnemonic, op1Kind, op1Register, memoryBase } = instruction
  if (mnemonic === Mnemonic.Lea) return holders.has(memoryBase)
  const isCopy = mnemonic === Mnemonic.Mov || mnemonic === Mnemonic.Add || isConditionalMove(instruction)
  return isCopy && op1Kind === OpKind.Register && holders.has(op1Register)
}

/** Of all that goes by a condition, jumps and SETcc have one operand. */
function isConditionalMove({ conditionCode, opCount }: Instruction): boolean {
  return conditionCode !== ConditionCode.None && opCount === 2
}
