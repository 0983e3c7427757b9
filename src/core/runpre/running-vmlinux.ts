import { relocationKind } from '../arch/mod.ts'
import { type ElfFile, findSection } from '../elf/mod.ts'
import { type KernelSymbol, readBuildId } from '../kernel/mod.ts'
import { SEALED, hasLandingPads, pointerCheck } from './landing-pads.ts'
import { type Candidate, type RunningObject, decodeField, sectionReader } from './running-object.ts'

/** A kernel image: linked, so that every field holds its target, and its own kallsyms names the places. */
export function runningVmlinux(vmlinux: ElfFile, kallsyms: readonly KernelSymbol[]): RunningObject {
  const read = sectionReader(vmlinux, (section) => section.address)
  // Exit code is linked only for what refers to it, and freed with init code: arch/x86/kernel/vmlinux.lds.S.
  const isFreed = rangeCheck(vmlinux, /^\.(init|exit)\./)
  // With what is read-only after start: RO_DATA in vmlinux.lds.h.
  const isReadOnly = rangeCheck(vmlinux, /^\.rodata$/)
  const byName = Map.groupBy(kallsyms, (symbol) => symbol.name)
  return {
    name: 'vmlinux',
    buildId: readBuildId(vmlinux),
    candidates: (name) =>
      (byName.get(name) ?? []).map(({ address, type }, index): Candidate => ({
        address,
        rank: index + 1,
        isGlobal: type !== type.toLowerCase(),
        isWeak: type === 'W' || type === 'V',
        isInit: isFreed(address),
        isReadOnly: isReadOnly(address),
      })),
    isCountSteady: () => true,
    read,
    isCallableByPointer: hasLandingPads(vmlinux)
      ? pointerCheck(vmlinux, { sealed: readSealed(vmlinux), read, addressOf: (section) => section.address })
      : () => true,
    follow(address, type) {
      const bytes = read(address, relocationKind(type, 'vmlinux').size)
      return bytes === undefined ? undefined : { kind: 'address', place: decodeField(bytes, address, type) }
    },
  }
}

/** Whether an address lies in a section of such a name. */
function rangeCheck(vmlinux: ElfFile, pattern: RegExp): (address: bigint) => boolean {
  const sections = vmlinux.sections.filter(({ name }) => pattern.test(name))
  return (address) => sections.some((section) => address >= section.address && address < section.address + BigInt(section.size))
}

function readSealed(vmlinux: ElfFile): Set<bigint> {
  const section = findSection(vmlinux, SEALED)
  const sealed = new Set<bigint>()
  if (section === undefined) return sealed
  const view = new DataView(section.data.buffer, section.data.byteOffset, section.data.length)
  for (let at = 0; at + 4 <= section.data.length; at += 4) {
    sealed.add(BigInt.asUintN(64, section.address + BigInt(at) + BigInt(view.getInt32(at, true))))
  }
  return sealed
}
