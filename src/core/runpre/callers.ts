import { type ElfFile, type ElfSymbol, elf, readRelocations } from '../elf/mod.ts'
import type { KernelSymbol } from '../kernel/mod.ts'

/**
 * Functions of a kernel image whose code refers to an address: calls, jumps (also conditional ones) and addresses that it takes relative to the instruction.
 * All of these end in four bytes that hold the distance from their own end, so every place in the code is tried; a distance that is right by chance names a caller too many.
 */
export function callersInVmlinux(vmlinux: ElfFile, kallsyms: readonly KernelSymbol[], address: bigint): string[] {
  const starts = kallsyms
    .filter(({ type }) => /[tTwW]/.test(type))
    .toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0))
  const found = new Set<string>()
  for (const section of vmlinux.sections) {
    if (section.type !== elf.SHT.PROGBITS || (section.flags & elf.SHF.EXECINSTR) === 0) continue
    const { data } = section
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    // Distances within a kernel fit a number exactly.
    const target = Number(address - section.address)
    for (let at = 0; at + 4 <= data.length; at++) {
      if (view.getInt32(at, true) + at + 4 !== target) continue
      const name = starts[lastAtOrBefore(starts, section.address + BigInt(at))]?.name
      if (name !== undefined) found.add(name)
    }
  }
  return [...found].toSorted()
}

/** Functions of a module whose relocations name a symbol; `name of section` where no function holds the place. */
export function callersInModule(module: ElfFile, name: string): string[] {
  const functions = Map.groupBy(
    module.symbols.filter((symbol) => symbol.type === elf.STT.FUNC),
    (symbol) => symbol.section,
  )
  const found = new Set<string>()
  for (const table of module.sections.filter((section) => section.type === elf.SHT.RELA)) {
    const section = module.sections[table.info]
    if (section === undefined || (section.flags & elf.SHF.EXECINSTR) === 0) continue
    for (const { symbol, offset } of readRelocations(module, table)) {
      if (module.symbols[symbol]?.name !== name) continue
      found.add((functions.get(section.index) ?? []).find((holder) => holds(holder, offset))?.name ?? section.name)
    }
  }
  return [...found].toSorted()
}

function holds(symbol: ElfSymbol, offset: number): boolean {
  return symbol.value <= BigInt(offset) && BigInt(offset) < symbol.value + BigInt(symbol.size)
}

function lastAtOrBefore(symbols: readonly KernelSymbol[], address: bigint): number {
  let low = 0
  let high = symbols.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((symbols[middle]?.address ?? 0n) <= address) low = middle + 1
    else high = middle
  }
  return low - 1
}
