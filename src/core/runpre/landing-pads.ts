import { hasLandingPad } from '../arch/mod.ts'
import { type ElfFile, type ElfSection, elf, findSection } from '../elf/mod.ts'
import type { RunningObject } from './running-object.ts'

/** Landing pads that are overwritten when the kernel or a module starts: a list of 32-bit distances from each entry to the function that it names. */
export const SEALED = '.ibt_endbr_seal'

/** A kernel whose functions begin with landing pads lists the ones that it overwrites. */
export function hasLandingPads(vmlinux: ElfFile): boolean {
  return findSection(vmlinux, SEALED) !== undefined
}

/** `sealed` holds addresses; `addressOf` places each section. */
export function pointerCheck(
  file: ElfFile,
  {
    sealed,
    read,
    addressOf,
  }: {
    readonly sealed: ReadonlySet<bigint>
    readonly read: RunningObject['read']
    readonly addressOf: (section: ElfSection) => bigint
  },
): RunningObject['isCallableByPointer'] {
  const code = file.sections
    .filter((section) => (section.flags & elf.SHF.EXECINSTR) !== 0)
    .map((section) => ({ start: addressOf(section), end: addressOf(section) + BigInt(section.size) }))
  return (address) => {
    if (!code.some(({ start, end }) => address >= start && address < end)) return true
    return !sealed.has(address) && hasLandingPad(read(address, 4) ?? new Uint8Array(0))
  }
}
