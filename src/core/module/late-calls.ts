import type { Item, SpecialEntry } from '../diff/mod.ts'
import { type ResolvedUnit, VMLINUX } from '../klp/mod.ts'

const CALL_OPCODE_BYTES = 1 // call rel32

/**
 * Whether an entry may stay: all but those of .call_sites whose call leads into another module. The loader redirects each listed call to its target's
 * padding, for call depth tracking, while the patch module loads, when such a call has no target yet. Uncounted, it makes a return refill the return
 * stack buffer earlier than need be.
 */
export function isCountedCall({ diff, refOf }: ResolvedUnit): (entry: { readonly entry: SpecialEntry }) => boolean {
  const late = new Map<Item, Set<number>>()
  for (const [item, links] of diff.inclusion.links) {
    const fields = links.flatMap(({ reference, link }) => {
      const ref = link.kind === 'carried' ? undefined : refOf(link)
      return ref?.kind === 'klp' && ref.object !== VMLINUX ? [reference.offset] : []
    })
    if (fields.length > 0) late.set(item, new Set(fields))
  }
  return ({ entry: { table, references } }) => {
    const target = references[0]?.target
    return (
      table.section !== '.call_sites' || target?.kind !== 'item' || late.get(target.item)?.has(target.offset + CALL_OPCODE_BYTES) !== true
    )
  }
}
