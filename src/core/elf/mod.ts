export * as elf from './constants.ts'
export type { ElfFile, ElfRelocation, ElfSection, ElfSymbol } from './file.ts'
export {
  type ObjectRelocation,
  type ObjectSection,
  type ObjectSymbol,
  type RelocatableObject,
  type RelocationTable,
  type SymbolPlace,
  objectFromElf,
  undefinedSymbol,
} from './object.ts'
export { findSection, readElf, readRelocations } from './read.ts'
export { writeObject } from './write.ts'
