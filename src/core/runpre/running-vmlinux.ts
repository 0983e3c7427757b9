import { relocationKind } from '../arch/mod.ts'
import type { ElfFile } from '../elf/mod.ts'
import type { KernelSymbol } from '../kernel/mod.ts'
import { type Candidate, type RunningObject, decodeField, sectionReader } from './running-object.ts'

/** A kernel image: linked, so that every field holds its target, and its own kallsyms names the places. */
export function runningVmlinux(vmlinux: ElfFile, kallsyms: readonly KernelSymbol[]): RunningObject {
  const read = sectionReader(vmlinux, (section) => section.address)
  const byName = Map.groupBy(kallsyms, (symbol) => symbol.name)
  return {
    name: 'vmlinux',
    candidates: (name) =>
      (byName.get(name) ?? []).map((symbol, index): Candidate => ({ address: symbol.address, rank: index + 1, isGlobal: symbol.type !== symbol.type.toLowerCase() })),
    read,
    follow(address, type) {
      const bytes = read(address, relocationKind(type, 'vmlinux').size)
      return bytes === undefined ? undefined : { kind: 'address', place: decodeField(bytes, address, type) }
    },
  }
}
