import { type ElfFile, elf, readRelocations } from '../elf/mod.ts'

/** Tables about code, which name places in functions and call none. A section that is not one of these counts as data. */
const ABOUT_CODE =
  /^(\.(orc_unwind|discard|debug|BTF|return_sites|retpoline_sites|call_sites|static_call_sites|altinstructions|parainstructions|smp_locks|eh_frame|note|ibt_endbr_seal|cfi_sites)|__mcount_loc|__jump_table|__bug_table|__ex_table|__patchable_function_entries)/

/** Names of the functions whose address data of an object holds. */
export function heldFunctions(object: ElfFile): ReadonlySet<string> {
  const starts = new Map<string, string>()
  for (const { type, section, value, name } of object.symbols) if (type === elf.STT.FUNC) starts.set(`${section} ${value}`, name)
  const held = new Set<string>()
  for (const table of object.sections) {
    const patched = table.type === elf.SHT.RELA ? object.sections[table.info] : undefined
    if (patched === undefined || (patched.flags & elf.SHF.EXECINSTR) !== 0 || ABOUT_CODE.test(patched.name)) continue
    for (const { symbol, addend } of readRelocations(object, table)) {
      const target = object.symbols[symbol]
      const name = target === undefined ? undefined : starts.get(`${target.section} ${target.value + addend}`)
      if (name !== undefined) held.add(name)
    }
  }
  return held
}
