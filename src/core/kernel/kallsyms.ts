import { Fault, latin1FromBytes } from '../base/mod.ts'
import type { ElfFile } from '../elf/mod.ts'
import { type KallsymsTables, findTables } from './kallsyms-tables.ts'

/** KSYM_NAME_LEN, with the letter of the type. */
const NAME_MAX = 513

/** One entry of /proc/kallsyms. */
export interface KernelSymbol {
  readonly name: string
  /** Without KASLR; an offset for per-CPU variables. */
  readonly address: bigint
  /** The letter of nm(1): `t` and `T` for local and global text, and so on. */
  readonly type: string
}

/**
 * The symbols that a vmlinux carries for itself, in the kernel's own order, which is the order of its /proc/kallsyms and of sympos.
 * The tables have no header: they are found by their own structure (scripts/kallsyms.c), in the order of 6.1 as in that of 6.4 and later.
 * Faults: kernel/kallsyms.
 */
export function readKallsyms(vmlinux: ElfFile): KernelSymbol[] {
  for (const section of vmlinux.sections) {
    if (!section.name.startsWith('.rodata')) continue
    const tables = findTables(section.data)
    if (tables !== undefined) return decode(section.data, tables)
  }
  throw new Fault('kernel/kallsyms', 'Cannot find the symbols of this kernel: no section holds tables of the form that kallsyms has', {
    in: vmlinux.file,
    try: 'give a vmlinux built with CONFIG_KALLSYMS',
  })
}

function decode(data: Uint8Array, tables: KallsymsTables): KernelSymbol[] {
  const tokens = tables.tokens.map(({ start, end }) => latin1FromBytes(data.subarray(start, end)))
  const symbols: KernelSymbol[] = []
  let at = tables.namesAt
  for (let index = 0; index < tables.count; index++) {
    let length = data[at++] ?? 0
    if (length >= 0x80) length = (length & 0x7f) | ((data[at++] ?? 0) << 7)
    let text = ''
    for (const end = at + length; at < end && text.length <= NAME_MAX; at++) text += tokens[data[at] ?? 0] ?? ''
    if (text.length > NAME_MAX)
      throw new Fault('kernel/kallsyms', `Cannot read symbol ${index} of this kernel: its name is longer than ${NAME_MAX} characters`)
    symbols.push({ name: text.slice(1), address: tables.addressOf(index), type: text.charAt(0) })
  }
  return symbols
}
