/** An ELF-64 little-endian file as values: what its bytes say, checked for bounds and nothing more. */

export interface ElfSection {
  readonly index: number
  readonly name: string
  readonly type: number
  readonly flags: number
  readonly address: bigint
  /** In bytes; for NOBITS the size in memory. */
  readonly size: number
  readonly link: number
  readonly info: number
  readonly align: number
  readonly entrySize: number
  /** The section's bytes in the file; empty for NOBITS. */
  readonly data: Uint8Array
}

export interface ElfSymbol {
  readonly index: number
  readonly name: string
  readonly value: bigint
  readonly size: number
  readonly type: number
  readonly bind: number
  /** The whole st_other byte; its low two bits are the visibility. */
  readonly other: number
  /** Section index, or one of SHN; SHN_XINDEX is already resolved. */
  readonly section: number
}

export interface ElfRelocation {
  /** Byte offset in the relocated section. */
  readonly offset: number
  readonly type: number
  /** Index into the symbol table. */
  readonly symbol: number
  readonly addend: bigint
}

export interface ElfFile {
  /** Where it came from, for messages. */
  readonly file: string
  readonly type: number
  readonly machine: number
  readonly flags: number
  readonly sections: readonly ElfSection[]
  /** Empty when the file has no symbol table. Index 0 is the null symbol. */
  readonly symbols: readonly ElfSymbol[]
}
