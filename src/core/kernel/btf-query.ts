import { Fault } from '../base/mod.ts'
import type { Btf, BtfAlias, BtfId, BtfStruct, BtfType } from './btf.ts'

const POINTER_SIZE = 8
/** Longer chains of typedefs, qualifiers and arrays are cycles. */
const CHAIN_MAX = 64

/** The struct of this name; undefined when there is none, or only a forward declaration. */
export function findStruct(btf: Btf, name: string): BtfStruct | undefined {
  for (const id of btf.idsByName.get(name) ?? []) {
    const type = btf.types[id]
    if (type?.kind === 'struct') return type
  }
  return undefined
}

/** Size in bytes of the struct of this name. Faults: kernel/btf when the kernel has none. */
export function sizeOfStruct(btf: Btf, name: string): number {
  const struct = findStruct(btf, name)
  if (struct !== undefined) return struct.size
  throw new Fault('kernel/btf', `Cannot tell the size of struct ${name}: the type information has no such struct`, { in: btf.file })
}

/** A type that is no other name for another. */
export type ResolvedBtfType = Exclude<BtfType, BtfAlias>

/** The type behind typedefs, qualifiers and tags. Faults: kernel/btf for a cycle. */
export function resolveBtfType(btf: Btf, id: BtfId): ResolvedBtfType {
  let at = id
  for (let step = 0; step < CHAIN_MAX; step++) {
    const type = btf.types[at]
    if (type === undefined) throw new Fault('kernel/btf', `Cannot follow type ${at}: there are ${btf.types.length}`, { in: btf.file })
    switch (type.kind) {
      case 'typedef':
      case 'typeTag':
      case 'const':
      case 'volatile':
      case 'restrict':
        at = type.target
        break
      default:
        return type
    }
  }
  throw cycle(btf, id)
}

/** Size in bytes of a type; undefined for what has none: void, functions, forward declarations. Faults: kernel/btf for a cycle. */
export function sizeOfBtfType(btf: Btf, id: BtfId): number | undefined {
  let factor = 1
  let at = id
  for (let step = 0; step < CHAIN_MAX; step++) {
    const type = resolveBtfType(btf, at)
    if (type.kind === 'array') {
      factor *= type.count
      at = type.element
    } else if (type.kind === 'variable') {
      at = type.type
    } else if (type.kind === 'pointer') {
      return factor * POINTER_SIZE
    } else {
      return 'size' in type ? factor * type.size : undefined
    }
  }
  throw cycle(btf, id)
}

function cycle(btf: Btf, id: BtfId): Fault {
  return new Fault('kernel/btf', `Cannot follow type ${id}: it is made of itself`, { in: btf.file })
}
