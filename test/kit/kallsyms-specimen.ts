import { bytesFromLatin1, concatBytes } from '../../src/core/base/mod.ts'
import type { ElfFile } from '../../src/core/elf/mod.ts'
import type { KernelSymbol } from '../../src/core/kernel/mod.ts'

/** Which order of the tables, and which form of the addresses. */
export interface KallsymsForm {
  /** `6.1` has addresses first and sequences in between, `6.0` no sequences, `6.12` addresses last. */
  readonly order: '6.0' | '6.1' | '6.12'
  readonly addresses: 'percpu' | 'relative' | 'absolute'
}

const BASE = 0xffff_ffff_8100_0000n

/** Symbols as scripts/kallsyms.c writes them. Every character is its own token but `_`, which stands for `_init`. */
export function makeKallsyms(symbols: readonly KernelSymbol[], form: KallsymsForm): Uint8Array {
  const tokens = Array.from({ length: 256 }, (_, i) => (i === 0 ? '?' : i === 1 ? '_init' : String.fromCharCode(i)))
  const entries = symbols.map(({ type, name }) => entryOf(`${type}${name}`.replaceAll('_init', '\x01')))
  const starts = entries.reduce<number[]>((all, entry) => [...all, (all.at(-1) ?? 0) + entry.length], [0])
  const markers = starts.filter((_, index) => index % 256 === 0 && index < symbols.length)
  const tokenTable = bytesFromLatin1(tokens.map((token) => `${token}\0`).join(''))
  const tokenIndex = tokens.reduce<number[]>((all, token) => [...all, (all.at(-1) ?? 0) + token.length + 1], [0]).slice(0, 256)
  const named = [u32s([symbols.length]), concatBytes(entries), u32s(markers)]
  const tokenParts = [tokenTable, u16s(tokenIndex)]
  const sequences = new Uint8Array(symbols.length * 3).fill(7)
  const addresses = addressParts(symbols, form.addresses)
  const parts =
    form.order === '6.12'
      ? [...named, ...tokenParts, ...addresses, sequences]
      : [...addresses, ...named, ...(form.order === '6.1' ? [sequences] : []), ...tokenParts]
  return concatBytes([new Uint8Array(64).fill(0xee), ...parts.map(pad8), new Uint8Array(64).fill(0xee)])
}

/** A vmlinux that has nothing but this .rodata. */
export function elfWithRodata(data: Uint8Array): ElfFile {
  const section = {
    index: 1,
    name: '.rodata',
    type: 1,
    flags: 2,
    address: BASE,
    size: data.length,
    link: 0,
    info: 0,
    align: 4096,
    entrySize: 0,
    data,
  }
  return { file: 'vmlinux', type: 2, machine: 62, flags: 0, sections: [section], symbols: [] }
}

function addressParts(symbols: readonly KernelSymbol[], form: KallsymsForm['addresses']): Uint8Array[] {
  if (form === 'absolute') return [u64s(symbols.map(({ address }) => address))]
  const offsets = symbols.map(({ address }) => {
    if (form === 'percpu') return address < BASE ? Number(address) : -1 - Number(address - BASE)
    return Number(address - BASE)
  })
  return [u32s(offsets), u64s([BASE])]
}

function entryOf(text: string): Uint8Array {
  const length = text.length < 0x80 ? [text.length] : [0x80 | (text.length & 0x7f), text.length >> 7]
  return concatBytes([Uint8Array.from(length), bytesFromLatin1(text)])
}

function pad8(bytes: Uint8Array): Uint8Array {
  return concatBytes([bytes, new Uint8Array((8 - (bytes.length % 8)) % 8)])
}

function u16s(values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(values).buffer)
}

function u32s(values: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer)
}

function u64s(values: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values).buffer)
}
