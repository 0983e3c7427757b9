export * as elf from './constants.ts'
export type { ElfFile, ElfRelocation, ElfSection, ElfSymbol } from './file.ts'
export { findSection, readElf, readRelocations } from './read.ts'
