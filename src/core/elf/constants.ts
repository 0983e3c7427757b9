/** ELF-64 constants, from the System V gABI, the x86-64 psABI and include/uapi/linux/elf.h. */

export const EI_CLASS_64 = 2
export const EI_DATA_LITTLE = 1
export const ET = { REL: 1, EXEC: 2, DYN: 3, CORE: 4 } as const
export const EM = { X86_64: 62, AARCH64: 183, S390: 22, PPC64: 21 } as const

export const EHDR_SIZE = 64
export const SHDR_SIZE = 64
export const SYM_SIZE = 24
export const RELA_SIZE = 24

export const SHT = {
  NULL: 0,
  PROGBITS: 1,
  SYMTAB: 2,
  STRTAB: 3,
  RELA: 4,
  NOTE: 7,
  NOBITS: 8,
  REL: 9,
  INIT_ARRAY: 14,
  GROUP: 17,
  SYMTAB_SHNDX: 18,
} as const

export const SHF = {
  WRITE: 0x1,
  ALLOC: 0x2,
  EXECINSTR: 0x4,
  MERGE: 0x10,
  STRINGS: 0x20,
  INFO_LINK: 0x40,
  LINK_ORDER: 0x80,
  GROUP: 0x200,
  TLS: 0x400,
  /** Linux: relocations that the livepatch core applies, not the module loader. */
  RELA_LIVEPATCH: 0x0010_0000,
} as const

export const SHN = {
  UNDEF: 0,
  LORESERVE: 0xff00,
  /** Linux: a symbol that the livepatch core resolves. */
  LIVEPATCH: 0xff20,
  ABS: 0xfff1,
  COMMON: 0xfff2,
  XINDEX: 0xffff,
} as const

export const STB = { LOCAL: 0, GLOBAL: 1, WEAK: 2 } as const
export const STT = { NOTYPE: 0, OBJECT: 1, FUNC: 2, SECTION: 3, FILE: 4, COMMON: 5, TLS: 6 } as const
export const STV = { DEFAULT: 0, INTERNAL: 1, HIDDEN: 2, PROTECTED: 3 } as const
