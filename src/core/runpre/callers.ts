import { lastAtOrBefore } from '../base/mod.ts'
import { type ElfFile, type ElfSymbol, elf, readRelocations } from '../elf/mod.ts'
import type { KernelSymbol } from '../kernel/mod.ts'

/**
 * Functions of a kernel image whose code refers to an address: calls, jumps (also conditional ones) and addresses that it takes relative to the instruction.
 * All of these end in four bytes that hold the distance from their own end, so every place in the code is tried; a distance that is right by chance names a caller too many.
 * One name for each function: namesakes come as often as they call.
 */
export function callersInVmlinux(vmlinux: ElfFile, kallsyms: readonly KernelSymbol[], address: bigint): string[] {
  const starts = kallsyms
    .filter(({ type }) => /[tTwW]/.test(type))
    .toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0))
  const found = new Set<KernelSymbol>()
  for (const section of vmlinux.sections) {
    if (section.type !== elf.SHT.PROGBITS || (section.flags & elf.SHF.EXECINSTR) === 0) continue
    const { data } = section
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    // Distances within a kernel fit a number exactly.
    const target = Number(address - section.address)
    for (let at = 0; at + 4 <= data.length; at++) {
      const distance = view.getInt32(at, true)
      if (distance + at + 4 !== target || (distance === 0 && !endsInBranch(data, at))) continue
      const caller = starts[lastAtOrBefore(starts, section.address + BigInt(at), (symbol) => symbol.address)]
      if (caller !== undefined) found.add(caller)
    }
  }
  return [...found].map((caller) => caller.name).toSorted()
}

/** Whether a call or jump has its distance here. Right before a function, the zeros of a long `nop` look like a distance of nothing. */
function endsInBranch(code: Uint8Array, at: number): boolean {
  const [first, last] = [code[at - 2] ?? 0, code[at - 1] ?? 0]
  return last === 0xe8 || last === 0xe9 || (first === 0x0f && (last & 0xf0) === 0x80)
}

/** Functions of a module, or of one object, whose relocations name a symbol, one name for each; that of the section where no function holds the place. */
export function callersInModule(module: ElfFile, name: string): string[] {
  const functions = Map.groupBy(
    module.symbols.filter((symbol) => symbol.type === elf.STT.FUNC),
    (symbol) => symbol.section,
  )
  const found = new Set<{ readonly name: string }>()
  for (const table of module.sections.filter((section) => section.type === elf.SHT.RELA)) {
    const section = module.sections[table.info]
    if (section === undefined || (section.flags & elf.SHF.EXECINSTR) === 0) continue
    for (const { symbol, offset } of readRelocations(module, table)) {
      if (module.symbols[symbol]?.name !== name) continue
      found.add((functions.get(section.index) ?? []).find((holder) => holds(holder, offset)) ?? section)
    }
  }
  return [...found].map((caller) => caller.name).toSorted()
}

function holds(symbol: ElfSymbol, offset: number): boolean {
  return symbol.value <= BigInt(offset) && BigInt(offset) < symbol.value + BigInt(symbol.size)
}
