import { R_X86_64, relocationKind } from '../arch/mod.ts'
import type { ElfFile, ElfSection } from '../elf/mod.ts'
import { elf } from '../elf/mod.ts'

/** A kernel image or module as shipped: where its symbols are and what its memory will hold when it runs. */
export interface RunningObject {
  /** `vmlinux`, or the module's name. */
  readonly name: string
  /** GNU build-id in hex; undefined when the file has none. */
  readonly buildId: string | undefined
  /** The symbols of this name in the order in which the kernel counts them; a rank counts from 1. */
  candidates(name: string): readonly Candidate[]
  /**
   * Whether the positions of this name's symbols stay the same. A module's init code is counted while the module loads and no longer when it runs, so a
   * namesake there moves the others.
   */
  isCountSteady(name: string): boolean
  /** Bytes at an address; undefined outside the file's code and initialised data. */
  read(address: bigint, size: number): Uint8Array | undefined
  /**
   * Whether code at this address may be called by a pointer. With indirect branch tracking, an entry needs a landing pad that the kernel leaves alone:
   * it overwrites those of functions whose address nothing takes (.ibt_endbr_seal) when it starts. True for what is no code.
   */
  isCallableByPointer(address: bigint): boolean
  /** What the field of a relocation of this type at this address refers to. */
  follow(address: bigint, type: number): FieldTarget | undefined
}

export interface Candidate {
  readonly address: bigint
  readonly rank: number
  readonly isGlobal: boolean
  /** A definition that gives way to another unit's. */
  readonly isWeak: boolean
  /** In memory that is freed once the kernel or the module has started. */
  readonly isInit: boolean
  /** In the kernel image's memory that is read-only once it has started: constants, and what is `__ro_after_init`. */
  readonly isReadOnly: boolean
}

/** `place` is the relocation's value before the instruction's own length counts: S + A. */
export type FieldTarget =
  | { readonly kind: 'address'; readonly place: bigint }
  | { readonly kind: 'symbol'; readonly name: string; readonly addend: bigint }

/** What a linked field holds: S + A for an absolute one, S + A - P for a PC-relative one. */
export function decodeField(bytes: Uint8Array, address: bigint, type: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { size, isPcRelative } = relocationKind(type, 'a shipped object')
  const value =
    size === 8 ? view.getBigInt64(0, true) : type === R_X86_64.ABS32 ? BigInt(view.getUint32(0, true)) : BigInt(view.getInt32(0, true))
  return BigInt.asUintN(64, isPcRelative ? value + address : value)
}

/** Finds the bytes of an address in the sections of a file; `addressOf` places each section. */
export function sectionReader(file: ElfFile, addressOf: (section: ElfSection) => bigint): RunningObject['read'] {
  const placed = file.sections
    .filter((section) => section.type === elf.SHT.PROGBITS && (section.flags & elf.SHF.ALLOC) !== 0 && section.size > 0)
    .map((section) => ({ section, start: addressOf(section) }))
    .toSorted((a, b) => (a.start < b.start ? -1 : 1))
  return (address, size) => {
    const found = placed.findLast(({ start }) => start <= address)
    if (found === undefined) return undefined
    const offset = Number(address - found.start)
    return offset + size <= found.section.size ? found.section.data.subarray(offset, offset + size) : undefined
  }
}
