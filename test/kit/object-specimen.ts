import {
  elf,
  type ElfFile,
  type ObjectSymbol,
  type RelocatableObject,
  readElf,
  undefinedSymbol,
  writeObject,
} from '../../src/core/elf/mod.ts'

/** A function or a variable, in a section of its own as -ffunction-sections and -fdata-sections make it. */
export interface Piece {
  readonly name: string
  readonly kind: 'function' | 'data'
  readonly bytes: readonly number[]
  readonly bind?: number
  /** Where it lies instead. */
  readonly section?: string
  /** Fields that refer to other pieces, or to names that nothing here defines. PC-relative calls end with their field. */
  readonly refs?: readonly { readonly at: number; readonly to: string; readonly type?: number; readonly addend?: bigint }[]
}

const PLT32 = 4

/** An object of a few words, made in memory. */
export function makeObject(pieces: readonly Piece[]): RelocatableObject {
  const own = pieces.map((piece, index): ObjectSymbol => ({
    name: piece.name,
    value: 0n,
    size: piece.bytes.length,
    type: piece.kind === 'function' ? elf.STT.FUNC : elf.STT.OBJECT,
    bind: piece.bind ?? elf.STB.GLOBAL,
    other: 0,
    place: { kind: 'section', index },
  }))
  const outside = new Map<string, ObjectSymbol>()
  const symbolOf = (name: string): ObjectSymbol => {
    const symbol = own.find((candidate) => candidate.name === name) ?? outside.get(name) ?? undefinedSymbol(name)
    if (!own.includes(symbol)) outside.set(name, symbol)
    return symbol
  }
  const sections = pieces.map((piece) => ({
    name: piece.section ?? `${piece.kind === 'function' ? '.text' : '.data'}.${piece.name}`,
    type: elf.SHT.PROGBITS,
    flags: elf.SHF.ALLOC | (piece.kind === 'function' ? elf.SHF.EXECINSTR : elf.SHF.WRITE),
    align: 16,
    entrySize: 0,
    data: Uint8Array.from(piece.bytes),
    size: piece.bytes.length,
    relocations: (piece.refs ?? []).map(({ at, to, type = PLT32, addend = -4n }) => ({ offset: at, type, symbol: symbolOf(to), addend })),
    extraTables: [],
  }))
  return { machine: elf.EM.X86_64, flags: 0, sections, symbols: [...own, ...outside.values()] }
}

/** The same as a file, read again. */
export function makeElf(pieces: readonly Piece[]): ElfFile {
  return readElf(writeObject(makeObject(pieces)), 'specimen.o')
}
