import { loadInsteadOfImmediate } from '../arch/mod.ts'
import { copyBytes } from '../base/mod.ts'
import type { Item, Reference } from './item.ts'
import type { ObjectView } from './object-view.ts'
import type { SpecialEntry } from './special-entries.ts'

/** A function's code without what the kernel would have to write into it, and the references that this takes. */
export interface WithoutConstants {
  readonly code: Uint8Array
  readonly references: readonly Reference[]
  /** Variables whose value cannot be loaded where it is used. */
  readonly stuck: readonly string[]
}

/**
 * At boot the kernel writes the values of a few variables into its instructions (asm/runtime-const.h), which hold a placeholder in the object; it does
 * not do so for a module. A function that the patch brings loads the variable instead, which holds the same value from then on.
 */
export function withoutConstants(view: ObjectView, item: Item, entries: readonly SpecialEntry[]): WithoutConstants {
  const code = copyBytes(item.data)
  const references: Reference[] = []
  const stuck: string[] = []
  for (const { table, references: places } of entries) {
    const [, kind, name = ''] = /^runtime_(ptr|shift)_(.+)$/.exec(table.section) ?? []
    const at = places[0]?.target.offset ?? -1
    const load = kind === 'ptr' ? loadInsteadOfImmediate(item.data, at) : undefined
    if (load === undefined) {
      stuck.push(name)
      continue
    }
    code.set(load.bytes, load.at)
    const own = view.items.find((candidate) => candidate.kind === 'data' && candidate.name === name)
    const target: Reference['target'] =
      own === undefined ? { kind: 'symbol', name, offset: 0, isWeak: false } : { kind: 'item', item: own, offset: 0 }
    // The field ends before the no-operation does: the load is seven bytes.
    references.push({ offset: load.at + load.fieldAt, type: load.type, target, bias: 4, isBranch: false })
  }
  return { code, references, stuck }
}
