import { lastAtOrBefore } from '../base/mod.ts'
import { type ElfSection, elf } from '../elf/mod.ts'

export type ItemKind = 'function' | 'data' | 'string' | 'constant' | 'fragment'

export interface Item {
  readonly kind: ItemKind
  /** The symbol's name; for nameless items section and offset. */
  readonly name: string
  /** Other symbols at the same place. */
  readonly aliases: readonly string[]
  readonly bind: 'local' | 'global' | 'weak'
  readonly section: ElfSection
  /** Byte offset in its section: of a function, its entry. */
  readonly start: number
  /**
   * Bytes of no-operations right before a function's entry, which call depth tracking writes its thunks into (-fpatchable-function-entry=N,N).
   * They go where the function goes and count neither in its size nor in its data.
   */
  readonly padding: number
  readonly size: number
  /** Its bytes; empty for zero-initialised data. */
  readonly data: Uint8Array
  readonly isInit: boolean
}

export interface Reference {
  /** Byte offset in the item. */
  readonly offset: number
  readonly type: number
  readonly target: Target
  /** What must be added to the addend to get the place that is meant: the distance to the end of the instruction for PC-relative code, else 0. */
  readonly bias: number
  /** A direct call or jump, as against an address that is taken. */
  readonly isBranch: boolean
}

export type Target =
  | {
      readonly kind: 'item'
      readonly item: Item
      readonly offset: number
      /** The variable that ends just where this place is: the assembler does not tell its end from the next one's start. */
      readonly endOf?: Item | undefined
    }
  | { readonly kind: 'symbol'; readonly name: string; readonly offset: number; readonly isWeak: boolean }

/** All names of the place where an item starts. */
export function namesOf(item: Item): string[] {
  return [item.name, ...item.aliases]
}

/** Called after section and offset, as no symbol stands there. */
export function isNameless({ name, section, start }: Item): boolean {
  return name === namelessName(section, start)
}

export function namelessName(section: ElfSection, start: number): string {
  return `${section.name}+${start}`
}

export function isReadOnly(item: Item): boolean {
  return (item.section.flags & elf.SHF.WRITE) === 0
}

/** Rank of the last item that starts, its padding counted, at or before an offset, in items sorted by their start; -1 when none does. */
export function lastStartingAt(items: readonly Item[], offset: number): number {
  return lastAtOrBefore(items, offset, ({ start, padding }) => start - padding)
}
