import { relocationKind } from '../arch/mod.ts'
import type { ElfFile } from '../elf/mod.ts'
import type { KernelSymbol } from '../kernel/mod.ts'
import { type Candidate, type RunningObject, decodeField, sectionReader } from './running-object.ts'

/** A kernel image: linked, so that every field holds its target, and its own kallsyms names the places. */
export function runningVmlinux(vmlinux: ElfFile, kallsyms: readonly KernelSymbol[]): RunningObject {
  const read = sectionReader(vmlinux, (section) => section.address)
  const init = vmlinux.sections.filter((section) => section.name.startsWith('.init.'))
  const isInit = (address: bigint) => init.some((section) => address >= section.address && address < section.address + BigInt(section.size))
  const byName = Map.groupBy(kallsyms, (symbol) => symbol.name)
  return {
    name: 'vmlinux',
    candidates: (name) =>
      (byName.get(name) ?? []).map(({ address, type }, index): Candidate => ({
        address,
        rank: index + 1,
        isGlobal: type !== type.toLowerCase(),
        isInit: isInit(address),
      })),
    isCountSteady: () => true,
    read,
    follow(address, type) {
      const bytes = read(address, relocationKind(type, 'vmlinux').size)
      return bytes === undefined ? undefined : { kind: 'address', place: decodeField(bytes, address, type) }
    },
  }
}
