import {
  ConditionCode,
  Decoder,
  DecoderOptions,
  FlowControl,
  type Instruction,
  InstructionInfoFactory,
  Mnemonic,
  OpKind,
  Register,
  RegisterExt,
} from 'iced-x86'
import { ARGUMENTS, writtenBy } from './x86-64-registers.ts'

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

/** What becomes of an address that code holds. */
export interface AddressUse {
  readonly how:
    /** Put into memory other than the own stack frame, as it is or moved on. */
    | 'stored'
    /** Held against what the code has got. */
    | 'compared'
    /** Taken away from what the code has got: a pointer becomes an index by it. */
    | 'subtracted'
    /** Put into the stack frame, for a call to find there or for later. */
    | 'framed'
    /** In a register at a call, or where the code goes on elsewhere: by a jump that a relocation fills in, or out of what is given. */
    | 'passed'
    /** The result, at a return. */
    | 'returned'
    /** The field is in no load, store or comparison. */
    | 'unclear'
    /** It was followed for too long. */
    | 'lost'
  /** Byte offset of the instruction. */
  readonly at: number
  /** Of what is passed: whether it is in a register for arguments, and whether it is in the one for the result. */
  readonly isArgument: boolean
  readonly isResult: boolean
}

/**
 * Whether code puts the address in a field into memory other than its own stack frame, as it is or moved on, or compares it with what it has got: somebody
 * may hold that address. `instructionAt` and `fieldAt` are byte offsets. It is followed through registers along the code's own jumps; not through
 * the stack frame, and not into calls, which take a table for as long as they run.
 */
export function isAddressKept(code: Uint8Array, instructionAt: number, fieldAt: number): boolean {
  for (const { how } of followAddress(code, instructionAt, fieldAt))
    if (how === 'stored' || how === 'compared' || how === 'lost') return true
  return false
}

/** What becomes of the address in a field, followed as above. What lies there may be read and called by it all the same: that is no use of it. */
export function* followAddress(code: Uint8Array, instructionAt: number, fieldAt: number): Generator<AddressUse> {
  const decoder = new Decoder(64, code, DecoderOptions.None)
  const factory = new InstructionInfoFactory()
  const walker = new Walker(decoder, factory, code.length)
  try {
    yield* walker.begins(instructionAt, fieldAt)
    yield* walker.goesOn()
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
  begins(instructionAt: number, fieldAt: number): AddressUse[] {
    return this.#at(instructionAt, (instruction) => {
      const places = this.#decoder.getConstantOffsets(instruction)
      const isDisplacement = places.hasDisplacement && places.displacementOffset === fieldAt - instructionAt
      places.free()
      const { mnemonic } = instruction
      const isLoad = isDisplacement ? mnemonic === Mnemonic.Lea : mnemonic === Mnemonic.Mov || mnemonic === Mnemonic.Add
      if (isLoad && instruction.op0Kind === OpKind.Register) {
        const holder = RegisterExt.fullRegister(instruction.op0Register)
        this.#pending.push({ at: instructionAt + instruction.length, holders: new Set([holder]) })
        return []
      }
      if (isDisplacement) return []
      if (mnemonic === Mnemonic.Cmp) return [use('compared', instructionAt)]
      if (isStore(instruction)) return [use('stored', instructionAt)]
      if (isIntoFrame(instruction)) return [use('framed', instructionAt)]
      return [use(mnemonic === Mnemonic.Sub ? 'subtracted' : 'unclear', instructionAt)]
    })
  }

  *goesOn(): Generator<AddressUse> {
    const seen = new Set<string>()
    for (let point = this.#pending.pop(); point !== undefined; point = this.#pending.pop()) {
      const key = [point.at, ...[...point.holders].toSorted((a, b) => a - b)].join(' ')
      if (point.holders.size === 0 || point.at < 0 || point.at >= this.#size || seen.has(key)) continue
      seen.add(key)
      if (seen.size > MOST_STEPS) return yield use('lost', point.at)
      yield* this.#step(point)
    }
  }

  #step({ at, holders }: Point): AddressUse[] {
    return this.#at(at, (instruction) => {
      const isHeld = (register: Register) => holders.has(register)
      const uses: AddressUse[] = []
      const passes = () => {
        const isArgument = ARGUMENTS.some(isHeld)
        uses.push({ how: 'passed', at, isArgument, isResult: isHeld(Register.RAX) })
      }
      if (isStore(instruction) && isHeld(instruction.op1Register)) uses.push(use('stored', at))
      if (isIntoFrame(instruction) && (isHeld(instruction.op1Register) || isHeld(instruction.op0Register))) uses.push(use('framed', at))
      if (instruction.mnemonic === Mnemonic.Cmp && isHeldAgainstMemory(instruction, isHeld)) uses.push(use('compared', at))
      const next = { at: at + instruction.length, holders: this.#after(instruction, holders) }
      const target = Number(instruction.nearBranchTarget)
      // One that a relocation fills in, to another function, seems to lead to what follows it.
      const leaves = target === next.at || target < 0 || target >= this.#size
      switch (instruction.flowControl) {
        case FlowControl.Next:
          this.#pending.push(next)
          break
        case FlowControl.Call:
        case FlowControl.IndirectCall:
          passes()
          this.#pending.push(next)
          break
        case FlowControl.ConditionalBranch:
          if (leaves) passes()
          this.#pending.push(next, { at: target, holders })
          break
        case FlowControl.UnconditionalBranch:
          if (leaves) passes()
          else this.#pending.push({ at: target, holders })
          break
        case FlowControl.IndirectBranch:
          passes()
          break
        case FlowControl.Return:
          if (isHeld(Register.RAX)) uses.push(use('returned', at))
          break
        default:
      }
      return uses
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
      for (const register of writtenBy(instruction, this.#factory)) if (!isKeptToo(register)) after.delete(register)
    }
    if (instruction.op0Kind === OpKind.Register && isPassedOn(instruction, holders)) after.add(instruction.op0Register)
    return after
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

function isIntoFrame({ mnemonic, op0Kind, memoryBase }: Instruction): boolean {
  return mnemonic === Mnemonic.Push || (STORES.has(mnemonic) && op0Kind === OpKind.Memory && memoryBase === Register.RSP)
}

function use(how: AddressUse['how'], at: number): AddressUse {
  return { how, at, isArgument: false, isResult: false }
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
