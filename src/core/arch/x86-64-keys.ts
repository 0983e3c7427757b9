/**
 * A jump label in the assembly that the compiler writes (arch/x86/include/asm/jump_label.h): an instruction that the kernel rewrites whenever its key
 * changes, and its entry in __jump_table. The last number holds the direction: the jump is taken when the key is on (0) or off (1).
 */
const JUMP_LABEL =
  /1:[^\n]*\n\s*\.pushsection\s+__jump_table\b[^\n]*\n(?:(?!\s*\.popsection)[^\n]*\n)*?\s*\.long\s+1b\s*-\s*\.\s*\n\s*\.long\s+(?<label>\S+)\s*-\s*\.\s*\n\s*\.quad\s+(?<key>(?<symbol>[^\s+-]+)(?:[+-]\d+)?)\s*\+\s*(?<bits>\d+)\s*-\s*\.\s*\n\s*\.popsection[^\n]*/g

/**
 * Assembly in which the jump labels of some keys read their key instead (`enabled`, the first field of struct static_key; -1 while it is being
 * switched on counts as on). Flags are free there: on x86 every asm statement clobbers them. All else stays as it is.
 */
export function readKeysInstead(assembly: string, symbols: ReadonlySet<string>): string {
  return assembly.replace(JUMP_LABEL, (whole, ...rest) => {
    const { symbol, key, label, bits } = rest.at(-1) as Record<'symbol' | 'key' | 'label' | 'bits', string>
    if (!symbols.has(symbol)) return whole
    return `1:cmpl $0, ${key}(%rip)\n\t${(Number(bits) & 1) === 0 ? 'jne' : 'je'} ${label}`
  })
}
