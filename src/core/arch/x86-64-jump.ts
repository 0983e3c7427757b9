/** A jump to a fixed place. The assembler gives its distance one byte where that reaches, and four where it does not or where the linker fills them in. */
export interface Jump {
  /** Of the sixteen; undefined where it always jumps. */
  readonly condition: number | undefined
  readonly length: number
  /** Offset in the code, as encoded. */
  readonly target: number
  readonly isShort: boolean
}

/** The jump at an offset; undefined when another instruction is there. Source: Intel SDM 2, Jcc and JMP. */
export function readJump(code: Uint8Array, at: number): Jump | undefined {
  const [first = 0, second = 0] = code.subarray(at, at + 2)
  if (first === 0xeb) return makeJump(code, at, { opcodeBytes: 1, isShort: true, condition: undefined })
  if ((first & 0xf0) === 0x70) return makeJump(code, at, { opcodeBytes: 1, isShort: true, condition: first & 0xf })
  if (first === 0xe9) return makeJump(code, at, { opcodeBytes: 1, isShort: false, condition: undefined })
  if (first === 0x0f && (second & 0xf0) === 0x80) return makeJump(code, at, { opcodeBytes: 2, isShort: false, condition: second & 0xf })
  return undefined
}

type Encoding = Pick<Jump, 'condition' | 'isShort'> & { readonly opcodeBytes: number }

function makeJump(code: Uint8Array, at: number, { opcodeBytes, isShort, condition }: Encoding): Jump | undefined {
  const field = at + opcodeBytes
  const end = field + (isShort ? 1 : 4)
  if (end > code.length) return undefined
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength)
  return { condition, length: end - at, target: end + (isShort ? view.getInt8(field) : view.getInt32(field, true)), isShort }
}

/** Where a run of no-operations that starts at an offset ends, in the forms that the assembler fills up with; the offset itself when none is there. */
export function endOfNops(code: Uint8Array, at: number): number {
  for (let end = at; ;) {
    let opcode = end
    while (code[opcode] === 0x66 || code[opcode] === 0x2e) opcode++
    if (code[opcode] === 0x90) end = opcode + 1
    else if (code[opcode] === 0x0f && code[opcode + 1] === 0x1f) end = opcode + 3 + operandBytes(code[opcode + 2] ?? 0)
    else return end
  }
}

/** Of what follows ModRM: a scale-index-base byte, and a distance of one or four bytes. */
function operandBytes(modRm: number): number {
  const mode = modRm >> 6
  return ((modRm & 7) === 4 ? 1 : 0) + (mode === 1 ? 1 : mode === 2 ? 4 : 0)
}
