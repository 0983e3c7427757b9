import { Fault } from '../base/mod.ts'
import { type ElfFile, type ElfSection, elf } from '../elf/mod.ts'
import { type KernelSymbol, readKallsyms } from '../kernel/mod.ts'

/** A place that ftrace may use, as the shipped image has it. Addresses are those of the image, without KASLR. */
export interface ImageSite {
  readonly address: bigint
  /** The function it belongs to, as the kernel would name it. */
  readonly name: string
  /** Where that function begins; the site's own address for what is left of a weak function that another took the place of. */
  readonly start: bigint
  /** The bytes from the function's start to the site: none, or a landing pad. */
  readonly pad: Uint8Array
}

export interface ImageSites {
  /** In the order of addresses. */
  readonly sites: readonly ImageSite[]
  /** Address of `_text` in the image: what the running kernel has more is where KASLR put it. */
  readonly text: bigint
}

/** What may stand before a site: a landing pad. */
const MAX_PAD = 4n

/**
 * The traced functions of an image, from the table that its linker made of them (`__start_mcount_loc`). Code that the kernel frees after boot is left out:
 * other things lie there. Faults: kernel/kallsyms, kernel/image.
 */
export function readImageSites(vmlinux: ElfFile): ImageSites {
  const symbols = readKallsyms(vmlinux)
  const named = new Map<string, bigint>()
  for (const { name, address } of symbols) if (MARKS.has(name)) named.set(name, address)
  const mark = (name: string): bigint => {
    const address = named.get(name)
    if (address !== undefined) return address
    throw new Fault('kernel/image', `Cannot find the traced functions of this kernel: it has no symbol ${name}`, { in: vmlinux.file })
  }
  const [start, stop] = [mark('__start_mcount_loc'), mark('__stop_mcount_loc')]
  const [textStart, textEnd, initStart, initEnd] = [mark('_stext'), mark('_etext'), mark('__init_begin'), mark('__init_end')]
  const table = bytesAt(vmlinux, start, Number(stop - start))
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength)
  const addresses = Array.from({ length: Math.floor(table.length / 8) }, (_, i) => view.getBigUint64(i * 8, true))
    .filter((address) => address >= textStart && address < textEnd && !(address >= initStart && address < initEnd))
    .toSorted(compare)
  return { sites: nameSites(vmlinux, addresses, symbols), text: mark('_text') }
}

const MARKS: ReadonlySet<string> = new Set([
  '__start_mcount_loc',
  '__stop_mcount_loc',
  '_text',
  '_stext',
  '_etext',
  '__init_begin',
  '__init_end',
])

/** Of several symbols at one address the kernel takes the first of its table (get_symbol_pos() of kernel/kallsyms.c). */
function nameSites(vmlinux: ElfFile, addresses: readonly bigint[], symbols: readonly KernelSymbol[]): ImageSite[] {
  const starts = symbols.toSorted((a, b) => compare(a.address, b.address))
  let at = 0
  let first = 0
  return addresses.map((address) => {
    for (; at < starts.length && (starts[at] as KernelSymbol).address <= address; at++) {
      if (starts[at]?.address !== starts[first]?.address) first = at
    }
    const symbol = starts[first]
    const distance = symbol === undefined ? -1n : address - symbol.address
    if (symbol === undefined || distance < 0n || distance > MAX_PAD)
      return { address, name: `(no function, after ${symbol?.name ?? 'nothing'})`, start: address, pad: new Uint8Array(0) }
    return { address, name: symbol.name, start: symbol.address, pad: bytesAt(vmlinux, symbol.address, Number(distance)) }
  })
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function bytesAt({ sections, file }: ElfFile, address: bigint, size: number): Uint8Array {
  const end = address + BigInt(size)
  const section = sections.find(
    (one: ElfSection) => one.type !== elf.SHT.NOBITS && one.address <= address && end <= one.address + BigInt(one.data.length),
  )
  if (section === undefined || address === 0n)
    throw new Fault('kernel/image', `Cannot read the image at 0x${address.toString(16)}: no section has it`, { in: file })
  const at = Number(address - section.address)
  return section.data.subarray(at, at + size)
}
