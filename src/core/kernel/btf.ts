/** BPF Type Format as values: the kernel's own description of its C types. Documentation/bpf/btf.rst. */

/** Index of a type; 0 is void. */
export type BtfId = number

export interface Btf {
  /** Where it came from, for messages. */
  readonly file: string
  /** By id; with a base, the base's types come first. */
  readonly types: readonly BtfType[]
  /** Ids by name, in order; anonymous types are not in it. */
  readonly idsByName: ReadonlyMap<string, readonly BtfId[]>
  /** The string section, which a split BTF refers to. */
  readonly strings: Uint8Array
}

export type BtfType =
  | { readonly kind: 'void' }
  | {
      readonly kind: 'int'
      readonly name: string
      readonly size: number
      readonly bits: number
      readonly bitOffset: number
      readonly encoding: 'unsigned' | 'signed' | 'char' | 'bool'
    }
  | { readonly kind: 'float'; readonly name: string; readonly size: number }
  | { readonly kind: 'pointer'; readonly target: BtfId }
  | BtfAlias
  | { readonly kind: 'array'; readonly element: BtfId; readonly indexType: BtfId; readonly count: number }
  | BtfStruct
  | {
      readonly kind: 'enum'
      readonly name: string
      readonly size: number
      readonly isSigned: boolean
      readonly values: readonly BtfEnumValue[]
    }
  | { readonly kind: 'forward'; readonly name: string; readonly isUnion: boolean }
  | { readonly kind: 'function'; readonly name: string; readonly prototype: BtfId; readonly linkage: number }
  | { readonly kind: 'prototype'; readonly result: BtfId; readonly parameters: readonly BtfParameter[] }
  | { readonly kind: 'variable'; readonly name: string; readonly type: BtfId; readonly linkage: number }
  | { readonly kind: 'section'; readonly name: string; readonly size: number; readonly variables: readonly BtfSectionVariable[] }
  | { readonly kind: 'declTag'; readonly name: string; readonly target: BtfId; readonly component: number }

/** Another name for a type, or a qualified one; of the same size and layout. */
export type BtfAlias =
  | { readonly kind: 'const' | 'volatile' | 'restrict'; readonly target: BtfId }
  | { readonly kind: 'typedef' | 'typeTag'; readonly name: string; readonly target: BtfId }

export interface BtfStruct {
  readonly kind: 'struct' | 'union'
  /** Empty when anonymous. */
  readonly name: string
  /** In bytes. */
  readonly size: number
  readonly members: readonly BtfMember[]
}

export interface BtfMember {
  /** Empty for an anonymous struct or union inside. */
  readonly name: string
  readonly type: BtfId
  /** From the start of the struct. */
  readonly bitOffset: number
  /** 0 when the member is no bit-field. */
  readonly bitSize: number
}

export interface BtfEnumValue {
  readonly name: string
  readonly value: bigint
}

/** An unnamed last parameter of type void stands for `...`. */
export interface BtfParameter {
  readonly name: string
  readonly type: BtfId
}

export interface BtfSectionVariable {
  readonly type: BtfId
  readonly offset: number
  readonly size: number
}
