import { type ElfFile, elf, readRelocations } from '../elf/mod.ts'

/** Tables about code, which name places in functions and call none. A section that is not one of these counts as data. */
const ABOUT_CODE =
  /^(\.(orc_unwind|discard|debug|BTF|return_sites|retpoline_sites|call_sites|static_call_sites|altinstructions|parainstructions|smp_locks|eh_frame|note|ibt_endbr_seal|cfi_sites)|__mcount_loc|__jump_table|__bug_table|__ex_table|__patchable_function_entries)/

/** Names of the functions whose address data of an object holds; where several names are one function, all of them. */
export function heldFunctions(object: ElfFile): ReadonlySet<string> {
  const functions = object.symbols.filter(({ type }) => type === elf.STT.FUNC)
  const starts = Map.groupBy(functions, ({ section, value }) => `${section} ${value}`)
  const held = new Set<string>()
  for (const table of object.sections) {
    const patched = table.type === elf.SHT.RELA ? object.sections[table.info] : undefined
    if (patched === undefined || (patched.flags & elf.SHF.EXECINSTR) !== 0 || ABOUT_CODE.test(patched.name)) continue
    for (const { symbol, addend } of readRelocations(object, table)) {
      const target = object.symbols[symbol]
      const found = target === undefined ? undefined : starts.get(`${target.section} ${target.value + addend}`)
      for (const { name } of found ?? []) held.add(name)
    }
  }
  return held
}
