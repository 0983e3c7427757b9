/** A section whose fixed-size entries each describe a place in code; the first relocation of an entry names that place. */
export interface SpecialTable {
  readonly section: string
  /** Bytes of an entry in the target kernel. */
  readonly entrySize: number
}

export const ORC_IP = '.orc_unwind_ip'
/** The records that the entries of ORC_IP place, rank by rank. */
export const ORC = '.orc_unwind'

/** Structs whose sizes the target kernel's BTF gives, and sizes that the format fixes. */
const TABLES: readonly { readonly section: string; readonly struct?: string; readonly entrySize?: number }[] = [
  { section: '__mcount_loc', entrySize: 8 },
  { section: '__bug_table', struct: 'bug_entry' },
  { section: '__ex_table', struct: 'exception_table_entry' },
  { section: '__jump_table', struct: 'jump_entry' },
  { section: '.altinstructions', struct: 'alt_instr' },
  { section: '.parainstructions', struct: 'paravirt_patch_site' },
  { section: '.static_call_sites', struct: 'static_call_site' },
  { section: '.smp_locks', entrySize: 4 },
  { section: '.call_sites', entrySize: 4 },
  { section: '.retpoline_sites', entrySize: 4 },
  { section: '.return_sites', entrySize: 4 },
  { section: ORC_IP, entrySize: 4 },
]

const NAMES: ReadonlySet<string> = new Set([...TABLES.map(({ section }) => section), ORC])

export function isSpecialSection(name: string): boolean {
  return NAMES.has(name) || isRuntimeConstants(name)
}

/** Places where the kernel writes a value into code once, at boot (asm/runtime-const.h): `runtime_ptr_<variable>`, `runtime_shift_<variable>`. */
export function isRuntimeConstants(name: string): boolean {
  return /^runtime_(ptr|shift)_./.test(name)
}

/**
 * The special sections of a kernel, sized by its own types. `sizeOf` gives the bytes of a struct in that kernel, or undefined when the kernel
 * has no such struct (then it has no such table either).
 */
export function specialTables(sizeOf: (struct: string) => number | undefined): SpecialTable[] {
  return TABLES.flatMap(({ section, struct, entrySize }) => {
    const size = entrySize ?? (struct === undefined ? undefined : sizeOf(struct))
    return size === undefined ? [] : [{ section, entrySize: size }]
  })
}
