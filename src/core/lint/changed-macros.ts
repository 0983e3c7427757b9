import type { FileChange } from './change.ts'

/** A macro without parameters that the file had before, too, with another text. */
export interface ChangedMacro {
  readonly name: string
  readonly path: string
  readonly line: number
  readonly was: string
  readonly is: string
}

export function changedMacros({ path, before, after }: FileChange): ChangedMacro[] {
  return [...after.defines].flatMap(([name, { line, value }]) => {
    const was = before.defines.get(name)?.value
    return was === undefined || was === value ? [] : [{ name, path, line, was, is: value }]
  })
}

/** Those that stand for another number. */
export function renumberedMacros(file: FileChange): ChangedMacro[] {
  const isOnly = ({ name }: ChangedMacro) => [file.before, file.after].every(({ defines }) => defines.get(name)?.isOnly)
  return changedMacros(file).filter((macro) => isRenumbered(macro) && isOnly(macro))
}

function isRenumbered({ was, is }: ChangedMacro): boolean {
  const [old, now] = [numberOf(was), numberOf(is)]
  return old !== undefined && now !== undefined && old !== now
}

const LITERAL = '(0[xX][0-9a-fA-F]+|\\d+)[uUlL]*'
const PLAIN = new RegExp(`^\\(*${LITERAL}\\)*$`)
const SHIFTED = new RegExp(`^\\(*${LITERAL}\\)?<<\\(?${LITERAL}\\)*$`)
const BIT = new RegExp(`^\\(*_?BIT(?:_?ULL?)?\\(${LITERAL}\\)+$`)

/** `11`, `0x0bUL`, `(1U << 3)`, `BIT(3)`; undefined of every other form. */
function numberOf(text: string): bigint | undefined {
  const bare = text.replace(/\s+/g, '')
  const [, plain] = PLAIN.exec(bare) ?? []
  if (plain !== undefined) return literal(plain)
  const [, base, by = '0'] = SHIFTED.exec(bare) ?? []
  if (base !== undefined) return literal(base) << literal(by)
  const [, bit] = BIT.exec(bare) ?? []
  return bit === undefined ? undefined : 1n << literal(bit)
}

function literal(digits: string): bigint {
  return BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits)
}
