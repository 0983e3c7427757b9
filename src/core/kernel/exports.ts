import { Cursor, Fault } from '../base/mod.ts'
import { type ElfFile, type ElfSection, findSection } from '../elf/mod.ts'

/** A symbol that a kernel image exports to modules. */
export interface KernelExport {
  readonly name: string
  readonly address: bigint
  /** Undefined when the kernel has no CONFIG_MODVERSIONS. */
  readonly crc: number | undefined
  readonly isGplOnly: boolean
  /** Empty when the symbol is in no namespace. */
  readonly namespace: string
}

/** `struct kernel_symbol` with CONFIG_HAVE_ARCH_PREL32_RELOCATIONS: three offsets, each from where it stands. */
const ENTRY_SIZE = 12

/** The export table of a vmlinux, from its __ksymtab and __kcrctab sections. Faults: kernel/image. */
export function readExports(vmlinux: ElfFile): KernelExport[] {
  const strings = findSection(vmlinux, '__ksymtab_strings')
  if (strings === undefined) {
    throw new Fault('kernel/image', 'Cannot read the exports of this kernel: it has no section __ksymtab_strings', { in: vmlinux.file })
  }
  return [...readTable(vmlinux, strings, ''), ...readTable(vmlinux, strings, '_gpl')]
}

function readTable(vmlinux: ElfFile, strings: ElfSection, suffix: '' | '_gpl'): KernelExport[] {
  const table = findSection(vmlinux, `__ksymtab${suffix}`)
  if (table === undefined) return []
  const crcs = findSection(vmlinux, `__kcrctab${suffix}`)
  const file = `${vmlinux.file}, ${table.name}`
  const cursor = new Cursor(table.data, { file, truncated: 'kernel/image' })
  const crcCursor = crcs && new Cursor(crcs.data, { file: `${vmlinux.file}, ${crcs.name}`, truncated: 'kernel/image' })
  const names = new Cursor(strings.data, { file: `${vmlinux.file}, ${strings.name}`, truncated: 'kernel/image' })
  const follow = (): bigint => {
    const here = table.address + BigInt(cursor.at)
    const offset = cursor.i32()
    return offset === 0 ? 0n : here + BigInt(offset)
  }
  const text = (address: bigint): string => (address === 0n ? '' : names.seek(Number(address - strings.address)).cstring())
  return Array.from({ length: Math.floor(table.size / ENTRY_SIZE) }, () => {
    const address = follow()
    const name = text(follow())
    const namespace = text(follow())
    return { name, address, crc: crcCursor?.u32(), isGplOnly: suffix === '_gpl', namespace }
  })
}
